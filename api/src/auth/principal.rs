//! In whose name something is done.

use std::fmt;
use std::str::FromStr;

use entities::id::{AgencyId, ClusterId};
use uuid::Uuid;

use super::type_id;

/// In whose name something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// Nobody's.
    Anonymous,
    /// The registry's operator's.
    Operator,
    /// A cluster's: a tenant of the registry.
    Cluster(ClusterId),
    /// An agency's, which sees what it was granted.
    Agency(AgencyId),
}

impl Principal {
    /// The id of the cluster or the agency; none: the registry's operator, or nobody.
    #[must_use]
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::Anonymous | Self::Operator => None,
            Self::Cluster(id) => Some(id.into()),
            Self::Agency(id) => Some(id.into()),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("anonymous"),
            Self::Operator => f.write_str("operator"),
            Self::Cluster(id) => f.write_str(&type_id::write(type_id::CLUSTER, *id)),
            Self::Agency(id) => f.write_str(&type_id::write(type_id::AGENCY, *id)),
        }
    }
}

/// A word that names no principal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no principal: `operator`, or the id of a cluster or an agency")]
pub struct UnknownPrincipal(String);

impl FromStr for Principal {
    type Err = UnknownPrincipal;

    /// Nobody signs in as nobody, so `anonymous` is not read.
    fn from_str(text: &str) -> Result<Self, UnknownPrincipal> {
        if text == "operator" {
            return Ok(Self::Operator);
        }
        let cluster = type_id::read(type_id::CLUSTER, text).map(Self::Cluster);
        cluster
            .or_else(|| type_id::read(type_id::AGENCY, text).map(Self::Agency))
            .ok_or_else(|| UnknownPrincipal(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_reads_back() {
        let id = Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab);
        for principal in [
            Principal::Operator,
            Principal::Cluster(id.into()),
            Principal::Agency(id.into()),
        ] {
            assert_eq!(principal.to_string().parse(), Ok(principal));
        }
        for text in ["", "anonymous", "Operator", "client_01jd", "organisation_0"] {
            assert_eq!(
                text.parse::<Principal>(),
                Err(UnknownPrincipal(text.to_owned()))
            );
        }
    }
}
