#![no_main]
detente_fuzz::reader!("acled", "acled.csv");
