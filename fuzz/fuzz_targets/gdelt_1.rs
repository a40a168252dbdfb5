#![no_main]
detente_fuzz::reader!("gdelt-1", "20130401.export.CSV");
