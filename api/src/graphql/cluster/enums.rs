//! The enums of clusters, as the API shows them.

use async_graphql::Enum;

/// The label for cluster management excellence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::cluster::ManagementLabel")]
pub(crate) enum ManagementLabel {
    /// Bronze.
    Bronze,
    /// Silver.
    Silver,
    /// Gold.
    Gold,
}
