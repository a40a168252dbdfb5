#![no_main]
detente_fuzz::reader!("gdelt-2", "20180101000000.export.CSV");
