//! Who is asking, and what that one may see.
//!
//! Until clusters can sign in there is one actor, the operator, and `http` serves nobody but this
//! machine. The types are here now because every read and every write names them.

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    name: String,
    scope: Scope,
}

impl Actor {
    /// The operator of the registry: sees all, changes all.
    #[must_use]
    pub fn operator() -> Self {
        Self {
            name: "operator".to_owned(),
            scope: Scope::All,
        }
    }

    /// The name under which the log keeps what this actor did.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What this actor may see.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// What an actor may see; `store` turns it into SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every record that is not archived.
    All,
}
