//! Scores of a forecast against what came.
