//! The document: sections of statements, claims, tables and charts, with their evidence, sources and methods.

use crate::{ChartBlock, Evidence, EvidenceId, Method, Source, Statement, TableBlock, date};
use detente_atlas::Day;
use serde::{Deserialize, Serialize};

/// The name and version of the form of `brief.json`.
pub const SCHEMA: &str = "detente-brief/1";

/// A whole brief.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The heading.
    pub title: String,
    /// The line below it.
    pub subtitle: String,
    /// The id of the partnership file.
    pub partnership: String,
    /// The day on which the brief stands: nothing that became known later is in it.
    #[serde(with = "date::day")]
    pub as_of: Day,
    /// The version of the lake that it was read from.
    pub lake_version: String,
    /// Names that any statement may use: the sides, the contrast partners, the theatres, the short names of data sets.
    pub names: Vec<String>,
    /// The sections in order.
    pub sections: Vec<Section>,
    /// Everything that figures rest on, in the order of its numbers e1, e2, ...
    pub evidence: Vec<Evidence>,
    /// The data sets used.
    pub sources: Vec<Source>,
    /// The definitions used.
    pub methods: Vec<Method>,
}

/// A section.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its name, unique in the document.
    pub id: String,
    /// Its heading, without digits.
    pub title: String,
    /// 1 for a section, 2 for a part of the section before it.
    pub depth: u8,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// What a section is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// Something said.
    Statement(Statement),
    /// A caveat or an aside, set smaller.
    Note(Statement),
    /// A claim that was put to the test.
    Claim(Claim),
    /// A table.
    Table(TableBlock),
    /// A chart.
    Chart(ChartBlock),
}

/// A claim (an assumption of the partnership file), what the data say of it, and the findings that decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Its name, unique in the document.
    pub id: String,
    /// The claim in its own words: a quotation, which the wording rules do not reach.
    pub says: String,
    /// What the data say of it.
    pub verdict: Verdict,
    /// The findings.
    pub findings: Vec<Statement>,
}

/// What the data say of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The test is met.
    Holds,
    /// The test is not met.
    DoesNotHold,
    /// The data at hand cannot decide.
    CannotBeTested,
}

impl Verdict {
    /// The verdict in words.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::DoesNotHold => "does not hold",
            Verdict::CannotBeTested => "cannot be tested with the data at hand",
        }
    }
    /// A sign that tells the verdicts apart without colour.
    pub fn sign(self) -> char {
        match self {
            Verdict::Holds => '\u{25cf}',
            Verdict::DoesNotHold => '\u{2715}',
            Verdict::CannotBeTested => '\u{25cb}',
        }
    }
}

impl Document {
    /// An empty brief.
    pub fn new(
        partnership: impl Into<String>,
        title: impl Into<String>,
        subtitle: impl Into<String>,
        as_of: Day,
        lake_version: impl Into<String>,
    ) -> Document {
        Document {
            schema: SCHEMA.to_owned(),
            title: title.into(),
            subtitle: subtitle.into(),
            partnership: partnership.into(),
            as_of,
            lake_version: lake_version.into(),
            names: Vec::new(),
            sections: Vec::new(),
            evidence: Vec::new(),
            sources: Vec::new(),
            methods: Vec::new(),
        }
    }
    /// Begins a section.
    pub fn section(&mut self, id: impl Into<String>, title: impl Into<String>) -> &mut Section {
        self.begin(id.into(), title.into(), 1)
    }
    /// Begins a part of the section before it.
    pub fn subsection(&mut self, id: impl Into<String>, title: impl Into<String>) -> &mut Section {
        self.begin(id.into(), title.into(), 2)
    }
    fn begin(&mut self, id: String, title: String, depth: u8) -> &mut Section {
        self.sections.push(Section {
            id,
            title,
            depth,
            blocks: Vec::new(),
        });
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }
    /// Stores evidence and hands it back, so that its figures can be written. Evidence already stored under the same name is replaced.
    pub fn add_evidence(&mut self, evidence: Evidence) -> Evidence {
        match self.evidence.iter_mut().find(|e| e.id == evidence.id) {
            Some(old) => *old = evidence.clone(),
            None => self.evidence.push(evidence.clone()),
        }
        evidence
    }
    /// The evidence of that name.
    pub fn evidence_of(&self, id: &EvidenceId) -> Option<&Evidence> {
        self.evidence.iter().find(|e| e.id == *id)
    }
    /// The number of the evidence of that name, from 1, as in `e12`.
    pub fn evidence_number(&self, id: &EvidenceId) -> Option<usize> {
        self.evidence
            .iter()
            .position(|e| e.id == *id)
            .map(|i| i + 1)
    }
    /// The source of that id.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.id == id)
    }
    /// The method of that id.
    pub fn method(&self, id: &str) -> Option<&Method> {
        self.methods.iter().find(|m| m.id == id)
    }
    /// Every statement: those of the text, of claims, and the captions of tables and charts.
    pub fn statements(&self) -> Vec<&Statement> {
        self.sections
            .iter()
            .flat_map(|s| &s.blocks)
            .flat_map(Block::statements)
            .collect()
    }
    /// The statements of the one-page summary.
    pub fn key_statements(&self) -> Vec<&Statement> {
        self.statements().into_iter().filter(|s| s.key).collect()
    }
    /// The charts with the sections they stand in.
    pub fn charts(&self) -> impl Iterator<Item = &ChartBlock> {
        self.sections
            .iter()
            .flat_map(|s| &s.blocks)
            .filter_map(|block| match block {
                Block::Chart(chart) => Some(chart),
                _ => None,
            })
    }
    /// The tables.
    pub fn tables(&self) -> impl Iterator<Item = &TableBlock> {
        self.sections
            .iter()
            .flat_map(|s| &s.blocks)
            .filter_map(|block| match block {
                Block::Table(table) => Some(table),
                _ => None,
            })
    }
}

impl Section {
    /// Adds a statement.
    pub fn say(&mut self, statement: Statement) -> &mut Section {
        self.add(Block::Statement(statement))
    }
    /// Adds a caveat.
    pub fn note(&mut self, statement: Statement) -> &mut Section {
        self.add(Block::Note(statement))
    }
    /// Adds a claim.
    pub fn claim(&mut self, claim: Claim) -> &mut Section {
        self.add(Block::Claim(claim))
    }
    /// Adds a table.
    pub fn table(&mut self, table: TableBlock) -> &mut Section {
        self.add(Block::Table(table))
    }
    /// Adds a chart.
    pub fn chart(&mut self, chart: ChartBlock) -> &mut Section {
        self.add(Block::Chart(chart))
    }
    /// Adds any block.
    pub fn add(&mut self, block: Block) -> &mut Section {
        self.blocks.push(block);
        self
    }
}

impl Block {
    /// The statements in the block.
    pub fn statements(&self) -> Vec<&Statement> {
        match self {
            Block::Statement(s) | Block::Note(s) => vec![s],
            Block::Claim(claim) => claim.findings.iter().collect(),
            Block::Table(table) => std::iter::once(&table.caption)
                .chain(
                    table
                        .groups
                        .iter()
                        .filter_map(|group| group.summary.as_ref()),
                )
                .collect(),
            Block::Chart(chart) => vec![&chart.title],
        }
    }
}
