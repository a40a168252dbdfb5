#![no_main]
detente_fuzz::reader!("polecat", "ngecEvents.20230728000000.txt");
