#![no_main]
detente_fuzz::reader!("ucdp-dyadic", "ucdp-dyadic-231.csv");
