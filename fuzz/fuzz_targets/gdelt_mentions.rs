#![no_main]
detente_fuzz::reader!("gdelt-2-mentions", "20180101000000.mentions.CSV");
