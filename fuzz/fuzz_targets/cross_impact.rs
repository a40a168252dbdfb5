//! Projects of ScenarioWizard and their comma form, told apart by the first line.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| detente_fuzz::read_cross_impact("matrix.scw", bytes));
