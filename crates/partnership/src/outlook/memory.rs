//! What forecasts were worth, kept between two runs: much work on little input, and the same whenever the input is the same.
//!
//! Work is known by a digest of all that goes into it: the panel, the leads, the settings, and the program that did it. A lake, a day
//! or a setting that changes none of this need not be told apart; one that does is another piece of work.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use detente_forecast::Panel;

/// Where results of finished work are kept.
pub trait Memory: Sync {
    /// What was kept under a key, if anything.
    fn recall(&self, key: &str) -> Option<Vec<u8>>;

    /// Keeps what a key stands for. That it cannot is no error: the work is done again the next time.
    fn keep(&self, key: &str, result: &[u8]);

    /// The program that works: results of another are not taken for its own.
    fn program(&self) -> &str;
}

/// Keeps nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Forgetful;

impl Memory for Forgetful {
    fn recall(&self, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn keep(&self, _: &str, _: &[u8]) {}

    fn program(&self) -> &str {
        ""
    }
}

/// A piece of work: its name and everything that goes into it.
pub struct Work(Sha256);

impl Work {
    /// Work without input yet.
    pub fn new(name: &str) -> Work {
        Work(Sha256::new()).with(name)
    }

    /// Some input by its debug form, which tells apart whatever differs.
    pub fn with(mut self, input: impl std::fmt::Debug) -> Work {
        self.0.update(format!("{input:?}\n"));
        self
    }

    /// A panel: its units, its periods and the bits of its values.
    pub fn with_panel(mut self, panel: &Panel) -> Work {
        let whole = panel.at(panel.last());
        self = self.with((panel.first(), panel.last(), panel.units()));
        let mut bytes = Vec::new();
        for unit in 0..panel.units() {
            let values = whole.past(unit).iter();
            bytes.extend(values.flat_map(|v| if v.is_nan() { f64::NAN } else { *v }.to_le_bytes()));
        }
        self.0.update(&bytes);
        self
    }

    /// The result as it was kept, or made now and kept. What is kept but cannot be read is made again.
    ///
    /// # Errors
    /// That of the work; it is not kept.
    pub fn done<T: Serialize + DeserializeOwned, E>(
        self,
        memory: &dyn Memory,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let digest = self.with(memory.program()).0.finalize();
        let key: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let kept = memory.recall(&key);
        // CBOR, which has numbers that are not finite
        if let Some(found) = kept.and_then(|bytes| ciborium::from_reader(bytes.as_slice()).ok()) {
            return Ok(found);
        }
        let made = make()?;
        let mut bytes = Vec::new();
        if ciborium::into_writer(&made, &mut bytes).is_ok() {
            memory.keep(&key, &bytes);
        }
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct InMind(Mutex<BTreeMap<String, Vec<u8>>>);

    impl Memory for InMind {
        fn recall(&self, key: &str) -> Option<Vec<u8>> {
            self.0.lock().unwrap().get(key).cloned()
        }

        fn keep(&self, key: &str, result: &[u8]) {
            let mut all = self.0.lock().unwrap();
            all.insert(key.to_owned(), result.to_vec());
        }

        fn program(&self) -> &str {
            "test"
        }
    }

    fn panel(value: f64) -> Panel {
        Panel::new(0, &[vec![Some(value), None]]).unwrap()
    }

    /// Does the work and says whether it had to be done.
    fn had_to(memory: &dyn Memory, work: Work, result: f64) -> (f64, bool) {
        let mut made = false;
        let found = work.done(memory, || {
            made = true;
            Ok::<f64, ()>(result)
        });
        (found.unwrap(), made)
    }

    #[test]
    fn the_same_work_is_done_once_to_the_last_bit() {
        let mind = InMind::default();
        let work = || Work::new("w").with_panel(&panel(0.1)).with(3);
        // one of the many that a hasty reader of decimals gets wrong in the last bit
        let value = 2.225_073_858_507_201e-308 + 1.0 / 3.0;
        assert_eq!(had_to(&mind, work(), value), (value, true));
        assert_eq!(had_to(&mind, work(), 9.0), (value, false));
        assert_eq!(had_to(&Forgetful, work(), 9.0), (9.0, true));
    }

    #[test]
    fn other_input_is_other_work() {
        let mind = InMind::default();
        let work = |name, value, lead: u32| Work::new(name).with_panel(&panel(value)).with(lead);
        had_to(&mind, work("w", 0.1, 3), 1.0);
        for other in [
            work("v", 0.1, 3),
            work("w", 0.1 + f64::EPSILON / 8.0, 3),
            work("w", 0.1, 4),
        ] {
            assert_eq!(had_to(&mind, other, 2.0), (2.0, true));
        }
    }

    #[test]
    fn what_cannot_be_read_is_made_again() {
        let mind = InMind::default();
        had_to(&mind, Work::new("w"), 1.0);
        for damage in ["", "nonsense", "{}", "null"] {
            let key = mind.0.lock().unwrap().keys().next().unwrap().clone();
            mind.keep(&key, damage.as_bytes());
            assert_eq!(had_to(&mind, Work::new("w"), 2.0), (2.0, true));
            assert_eq!(had_to(&mind, Work::new("w"), 3.0), (2.0, false));
        }
    }

    #[test]
    fn an_error_is_not_kept() {
        let mind = InMind::default();
        let failed: Result<f64, &str> = Work::new("w").done(&mind, || Err("no"));
        assert_eq!(failed, Err("no"));
        assert!(mind.0.lock().unwrap().is_empty());
    }
}
