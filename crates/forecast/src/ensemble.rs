//! What a forecast is: for each unit and lead an ensemble of draws.

use crate::{Error, View};

/// Draws for every unit and lead. A cell without draws is one that the forecaster had nothing to say on: no data, no forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    units: usize,
    leads: Vec<u32>,
    draws: usize,
    /// Unit by unit, lead by lead, each cell ascending; NaN in the cells without draws.
    values: Vec<f32>,
}

impl Forecast {
    /// A forecast of these dimensions in which no cell has draws yet.
    ///
    /// # Errors
    /// No draw; a lead of 0.
    pub fn empty(units: usize, leads: &[u32], draws: usize) -> Result<Self, Error> {
        crate::error::in_range("the number of draws", draws as f64, "1 or more", draws >= 1)?;
        if leads.contains(&0) {
            return Err(Error::OutOfRange {
                what: "a lead",
                value: 0.0,
                range: "1 or more",
            });
        }
        Ok(Self {
            units,
            leads: leads.to_vec(),
            draws,
            values: vec![f32::NAN; units * leads.len() * draws],
        })
    }

    /// How many units there are.
    pub fn units(&self) -> usize {
        self.units
    }

    /// The leads, in periods after the origin.
    pub fn leads(&self) -> &[u32] {
        &self.leads
    }

    /// The number of draws in a cell.
    pub fn draws(&self) -> usize {
        self.draws
    }

    /// The draws for a unit at the lead of that place, ascending; `None` if the forecaster had nothing to say.
    pub fn cell(&self, unit: usize, lead: usize) -> Option<&[f32]> {
        let start = (unit * self.leads.len() + lead) * self.draws;
        let cell = self.values.get(start..start + self.draws)?;
        (!cell[0].is_nan()).then_some(cell)
    }

    /// Every cell in turn with its unit and the place of its lead, to be filled with [`settle`].
    pub fn cells_mut(&mut self) -> impl Iterator<Item = (usize, usize, &mut [f32])> {
        let leads = self.leads.len();
        self.values
            .chunks_exact_mut(self.draws)
            .enumerate()
            .map(move |(i, cell)| (i / leads, i % leads, cell))
    }
}

/// Brings the draws of one cell into the order that [`Forecast`] keeps.
pub fn settle(cell: &mut [f32]) {
    cell.sort_unstable_by(f32::total_cmp);
}

/// Something that forecasts a panel.
pub trait Forecaster: Sync {
    /// The name in tables and files: lower case, words joined by `-`.
    fn name(&self) -> String;

    /// Draws for each unit at each lead after the view's origin; the same for the same view and seed.
    ///
    /// # Errors
    /// Settings out of range; too little past to learn from.
    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error>;
}
