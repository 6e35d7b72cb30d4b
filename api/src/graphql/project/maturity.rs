//! How mature a project's result was found to be.

use async_graphql::{InputObject, SimpleObject};
use entities::project as row;

use super::MaturityStage;
use crate::graphql::scalar::Date;

/// How mature a project's result was found to be.
#[derive(Clone, SimpleObject, InputObject)]
#[graphql(name = "Maturity", input_name = "MaturityInput")]
pub(crate) struct Maturity {
    /// The day of the assessment.
    assessed_on: Date,
    /// The stage.
    stage: Option<MaturityStage>,
    /// Technology readiness level, 1 to 9.
    trl: Option<i32>,
    /// What it is based on, in words.
    evidence: Option<String>,
}

impl From<row::Maturity> for Maturity {
    fn from(found: row::Maturity) -> Self {
        let row::Maturity {
            assessed_on,
            stage,
            trl,
            evidence,
        } = found;
        Self {
            assessed_on: Date(assessed_on),
            stage: stage.map(Into::into),
            trl,
            evidence,
        }
    }
}

impl From<Maturity> for row::Maturity {
    fn from(found: Maturity) -> Self {
        let Maturity {
            assessed_on,
            stage,
            trl,
            evidence,
        } = found;
        Self {
            assessed_on: assessed_on.0,
            stage: stage.map(Into::into),
            trl,
            evidence,
        }
    }
}
