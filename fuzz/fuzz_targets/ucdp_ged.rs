#![no_main]
detente_fuzz::reader!("ucdp-ged", "GEDEvent_v23_1.csv");
