#![no_main]
detente_fuzz::reader!("phoenix", "events.full.20150101.txt");
