#![no_main]
detente_fuzz::reader!("icews-18", "icews.tar");
