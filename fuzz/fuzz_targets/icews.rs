#![no_main]
detente_fuzz::reader!("icews", "20181004-icews-events.tab");
