//! Drawing the months to come.

use super::{Change, Drawn, Joint, Origin, Others};
use crate::paths::GROUP;
use crate::{Error, Paths};
use detente_forecast::{Draw, each_on_all_cores};

/// Streams of random numbers of a path: the months to come, the months before the origin that nobody saw, and how far the slow means are off.
const AHEAD: u32 = 0;
const UNSEEN: u32 = 1;
const MEANS: u32 = 2;

/// The model as plain numbers for the inner loop, in the order of variables.
struct Plan<'a> {
    joint: &'a Joint,
    seed: u64,
    moves: f32,
    phi: Vec<f32>,
    scale: Vec<f32>,
    value: Vec<f32>,
    mean: Vec<f32>,
    mean_error: Vec<f64>,
    surprise: Vec<f32>,
    unseen: Vec<usize>,
    /// Row, column and size of each entry of A.
    links: Vec<(u32, u32, f32)>,
    edits: Vec<Edit>,
    /// What shifts add to each variable in each month.
    shifts: Option<Vec<f32>>,
}

/// A change other than a shift, for one month and variable.
#[derive(Clone, Copy)]
struct Edit {
    /// From 0.
    month: usize,
    variable: usize,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Added to the surprise, in standard deviations.
    Add(f32),
    Hold(f32),
}

/// Where a path stands.
struct State {
    value: Vec<f32>,
    mean: Vec<f32>,
    surprise: Vec<f32>,
    next: Vec<f32>,
    /// Innovations of all months to come.
    ahead: Vec<f32>,
}

impl Joint {
    /// Paths of so many months from the origin on. Path `p` is the same whatever the number of paths, and its first months whatever the number of months; the
    /// same for the same seed on any number of cores. Time grows as paths x months x (variables + links + for a copula variables^2 / 2).
    ///
    /// # Errors
    /// An origin of other variables; a start that is not finite; too large an ensemble ([`Paths::missing`]).
    pub fn simulate(
        &self,
        origin: &Origin,
        months: usize,
        paths: usize,
        seed: u64,
    ) -> Result<Paths, Error> {
        self.simulate_changed(origin, &[], months, paths, seed)
    }

    /// As [`simulate`](Self::simulate), with changes on the way. With the same seed the paths are paired to those without, or from another origin: the same chance
    /// befalls them, and where nothing is changed they are the same to the bit.
    ///
    /// # Errors
    /// As [`simulate`](Self::simulate); a change outside of the paths, or of a variable that is missing.
    pub fn simulate_changed(
        &self,
        origin: &Origin,
        changes: &[Change],
        months: usize,
        paths: usize,
        seed: u64,
    ) -> Result<Paths, Error> {
        let mut made = Paths::missing(paths, months, self.variables())?;
        let plan = Plan::of(self, origin, changes, months, seed)?;
        let length = months * self.variables();
        each_on_all_cores(made.groups_mut(GROUP), |(first, group)| {
            let mut state = State::new(self.variables(), months);
            for (i, path) in group.chunks_exact_mut(length).enumerate() {
                plan.draw(first + i, &mut state, path);
            }
        });
        Ok(made)
    }
}

impl State {
    fn new(variables: usize, months: usize) -> Self {
        let room = || vec![0.0; variables];
        Self {
            value: room(),
            mean: room(),
            surprise: room(),
            next: room(),
            ahead: vec![0.0; variables * months],
        }
    }
}

impl<'a> Plan<'a> {
    fn of(
        joint: &'a Joint,
        origin: &Origin,
        changes: &[Change],
        months: usize,
        seed: u64,
    ) -> Result<Self, Error> {
        if origin.starts.len() != joint.variables() {
            return Err(Error::Shape {
                what: "starts and variables",
                expected: joint.variables(),
                found: origin.starts.len(),
            });
        }
        for start in origin.starts.iter().flatten() {
            for value in [start.value, start.mean, start.surprise] {
                if !value.is_finite() {
                    return Err(Error::OutOfRange {
                        what: "a start",
                        value,
                        range: "finite; leave out a variable of which nothing is known",
                    });
                }
            }
        }
        for change in changes {
            change.check(origin, months)?;
        }
        // a variable without dynamics or without a start is NaN from the first month on; its surprises are drawn all the same
        let start = |v: usize| joint.dynamics[v].and(origin.starts[v]);
        let each = |of: &dyn Fn(usize) -> Option<f64>, or: f64| -> Vec<f32> {
            (0..joint.variables())
                .map(|v| of(v).unwrap_or(or) as f32)
                .collect()
        };
        let links = joint.excitation.rows.iter().enumerate();
        let shifts = joint.shifts(changes, months);
        Ok(Self {
            joint,
            seed,
            moves: joint.moves() as f32,
            phi: each(&|v| joint.dynamics[v].map(|d| d.phi), 0.0),
            scale: each(&|v| joint.dynamics[v].map(|d| d.scale), 0.0),
            value: each(&|v| start(v).map(|s| s.value), f64::NAN),
            mean: each(&|v| start(v).map(|s| s.mean), f64::NAN),
            mean_error: (0..joint.variables())
                .map(|v| joint.dynamics[v].map_or(0.0, |d| d.mean_error))
                .collect(),
            surprise: each(&|v| start(v).map(|s| s.surprise), 0.0),
            unseen: (0..joint.variables())
                .map(|v| start(v).map_or(0, |s| s.unseen))
                .collect(),
            links: links
                .flat_map(|(i, row)| {
                    row.iter()
                        .map(move |&(j, a)| (i as u32, j as u32, a as f32))
                })
                .collect(),
            edits: changes
                .iter()
                .flat_map(|c| joint.edits(c, shifts.as_deref()))
                .collect(),
            shifts,
        })
    }

    /// Fills one path.
    fn draw(&self, path: usize, state: &mut State, to: &mut [f32]) {
        state.value.copy_from_slice(&self.value);
        state.mean.copy_from_slice(&self.mean);
        state.surprise.copy_from_slice(&self.surprise);
        self.mistake_means(path, state);
        self.live_unseen(path, state);
        let mut draw = Draw::of(self.seed, path, AHEAD);
        // as many random numbers whatever the path does, so paired paths stay paired
        match &self.joint.drawn {
            Drawn::Blocks(blocks) => blocks.fill(&mut draw, &mut state.ahead),
            Drawn::Copula(copula) => copula.fill(&mut draw, &mut state.ahead),
        }
        let variables = self.phi.len();
        for (month, to) in to.chunks_exact_mut(variables).enumerate() {
            state
                .next
                .copy_from_slice(&state.ahead[month * variables..][..variables]);
            for &(i, j, a) in &self.links {
                state.next[i as usize] += a * state.surprise[j as usize];
            }
            std::mem::swap(&mut state.surprise, &mut state.next);
            let edits = self.edits.iter().filter(|e| e.month == month);
            for edit in edits.clone() {
                if let Kind::Add(size) = edit.kind {
                    state.surprise[edit.variable] += size;
                }
            }
            self.step(state);
            for edit in edits {
                if let Kind::Hold(at) = edit.kind {
                    self.hold(edit.variable, at, state);
                }
            }
            self.settle(state, to);
            if let Some(shifts) = &self.shifts {
                let by = &shifts[month * to.len()..][..to.len()];
                to.iter_mut().zip(by).for_each(|(to, by)| *to += by);
            }
        }
    }

    /// The values of a month.
    fn step(&self, state: &mut State) {
        let own = self.phi.iter().zip(&self.scale).zip(&state.surprise);
        let moved = state.value.iter_mut().zip(&state.mean);
        for ((value, mean), ((phi, scale), surprise)) in moved.zip(own) {
            *value = mean + phi * (*value - mean) + scale * surprise;
        }
    }

    /// Moves the slow means, and writes the values.
    fn settle(&self, state: &mut State, to: &mut [f32]) {
        for ((value, mean), to) in state.value.iter().zip(&mut state.mean).zip(to) {
            *mean += self.moves * (value - *mean);
            *to = *value;
        }
    }

    /// Puts a variable to a value; what that is more than came of itself was a surprise.
    fn hold(&self, variable: usize, at: f32, state: &mut State) {
        if self.scale[variable] > 0.0 {
            state.surprise[variable] += (at - state.value[variable]) / self.scale[variable];
        }
        state.value[variable] = at;
    }

    /// Moves the slow means by what is not known of them: errors of estimates from the same months hang together as the innovations do.
    fn mistake_means(&self, path: usize, state: &mut State) {
        let mut draw = Draw::of(self.seed, path, MEANS);
        let z: Vec<f64> = self.phi.iter().map(|_| draw.normal()).collect();
        for (v, mean) in state.mean.iter_mut().enumerate() {
            let row = self.joint.correlation.factor.row(v).iter().zip(&z);
            let off: f64 = row.map(|(l, z)| l * z).sum();
            *mean += (self.mean_error[v] * off) as f32;
        }
    }

    /// The months before the origin that nobody saw of a variable, on its own surprises.
    fn live_unseen(&self, path: usize, state: &mut State) {
        let mut draw = Draw::of(self.seed, path, UNSEEN);
        for (v, own) in self.joint.own.iter().enumerate() {
            for _ in 0..self.unseen[v] {
                if own.is_empty() {
                    break;
                }
                let surprise = own[draw.below(own.len())];
                let (value, mean) = (&mut state.value[v], &mut state.mean[v]);
                *value = *mean + self.phi[v] * (*value - *mean) + self.scale[v] * surprise;
                *mean += self.moves * (*value - *mean);
                state.surprise[v] = surprise;
            }
        }
    }
}

impl Joint {
    /// What shifts add by month and variable: `d(t) = phi d(t-1) + (1 - phi) by`, `by` 0 when it is over. `None` without a shift.
    fn shifts(&self, changes: &[Change], months: usize) -> Option<Vec<f32>> {
        let variables = self.variables();
        let mut all = None;
        for change in changes {
            if let Change::Shift {
                variable,
                from,
                to,
                by,
            } = *change
            {
                let all = all.get_or_insert_with(|| vec![0.0f32; months * variables]);
                let phi = self.dynamics[variable].map_or(0.0, |d| d.phi);
                let mut added = 0.0;
                for month in from..=months {
                    added = phi * added + if month <= to { (1.0 - phi) * by } else { 0.0 };
                    all[(month - 1) * variables + variable] += added as f32;
                }
            }
        }
        all
    }

    /// What another change than a shift means month by month, variable by variable.
    fn edits(&self, change: &Change, shifts: Option<&[f32]>) -> Vec<Edit> {
        match *change {
            Change::Shift { .. } => Vec::new(),
            Change::Hold {
                variable,
                from,
                to,
                value,
            } => (from - 1..to)
                .map(|month| {
                    // with what a shift adds it is to come to the value
                    let added = shifts.map_or(0.0, |s| s[month * self.variables() + variable]);
                    Edit {
                        month,
                        variable,
                        kind: Kind::Hold(value as f32 - added),
                    }
                })
                .collect(),
            Change::Surprise {
                variable,
                month,
                size,
                others,
            } => {
                let scale = self.dynamics[variable].map_or(0.0, |d| d.scale);
                let own = if scale > 0.0 { size / scale } else { 0.0 };
                let mut edits = vec![Edit {
                    month: month - 1,
                    variable,
                    kind: Kind::Add(own as f32),
                }];
                if others == Others::MoveAlong {
                    let along = (0..self.variables()).filter(|&v| v != variable);
                    edits.extend(along.map(|v| Edit {
                        month: month - 1,
                        variable: v,
                        kind: Kind::Add((own * self.slope(v, variable)) as f32),
                    }));
                }
                edits
            }
        }
    }

    /// By how much an innovation of one variable is to be expected larger for one of another that is larger by 1; 0 where either was not learnt.
    fn slope(&self, of: usize, on: usize) -> f64 {
        let (of_sd, on_sd) = (spread(&self.own[of]), spread(&self.own[on]));
        if of_sd > 0.0 && on_sd > 0.0 {
            self.correlation.get(of, on) * of_sd / on_sd
        } else {
            0.0
        }
    }
}

/// Standard deviation; 0 for no values.
fn spread(values: &[f32]) -> f64 {
    let values: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
    detente_relations::describe::population_sd(&values).unwrap_or(0.0)
}

#[cfg(test)]
mod tests;
