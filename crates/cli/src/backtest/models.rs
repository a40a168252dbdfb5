//! The forecasters that a backtest of counts runs: ours, every baseline, and what ours is made of.

use detente_forecast::baseline::{Climatology, Conflictology, Persistence};
use detente_forecast::{Forecaster, Stack};

use crate::error::{CliError, Result};

/// The baseline that others are compared with.
pub const REFERENCE: &str = "conflictology-12";

type Models = Vec<Box<dyn Forecaster + Send>>;

/// Ours and the baselines; or only those of these names, which may be members of ours.
pub fn counts(only: &[String]) -> Result<Models> {
    let mut models: Models = vec![
        Box::new(Stack::monthly_counts()),
        Box::new(Climatology),
        Box::new(Persistence { counts: true }),
    ];
    for window in [3, 6, 12, 24] {
        models.push(Box::new(Conflictology { window }));
    }
    if !only.is_empty() {
        models.push(Box::new(Stack::all_counts()));
        models.extend(Stack::all_counts().members);
    }
    let known: Vec<String> = models.iter().map(|m| m.name()).collect();
    if let Some(unknown) = only.iter().find(|name| !known.contains(name)) {
        return Err(CliError::Given(format!(
            "--models: there is no forecaster '{unknown}': choose among {}",
            known.join(", ")
        )));
    }
    models.retain(|m| only.is_empty() || only.contains(&m.name()));
    Ok(models)
}
