//! Who does something: a principal, what it may do, and the client it does it with.

use entities::id::ClientId;

use super::{Permission, Permissions, Principal, Scope, type_id};

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    name: String,
    principal: Principal,
    permissions: Permissions,
    client: Option<ClientId>,
    scope: Scope,
}

impl Actor {
    /// Someone who acts for a principal, with these permissions, by means of a client.
    #[must_use]
    pub fn new(principal: Principal, permissions: Permissions, client: Option<ClientId>) -> Self {
        let name = match client {
            None => principal.to_string(),
            Some(client) => format!("{principal}/{}", type_id::write(type_id::CLIENT, client)),
        };
        Self {
            name,
            principal,
            permissions,
            client,
            scope: Scope::of(principal, permissions),
        }
    }

    /// The operator of the registry at its own machine: sees all, changes all.
    #[must_use]
    pub fn operator() -> Self {
        Self::new(Principal::Operator, Permissions::all(), None)
    }

    /// Who did not sign in: sees what is public, changes nothing.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::new(Principal::Anonymous, Permissions::none(), None)
    }

    /// The name under which the log keeps what this actor did: the principal, and the client that
    /// spoke for it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// In whose name it acts.
    #[must_use]
    pub fn principal(&self) -> Principal {
        self.principal
    }

    /// What it may do.
    #[must_use]
    pub fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// The client it acts with; none at the registry's own machine, and for people.
    #[must_use]
    pub fn client(&self) -> Option<ClientId> {
        self.client
    }

    /// Whether it may do this.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// What this actor may see.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

#[cfg(test)]
mod tests {
    use entities::id::ClusterId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_name_says_for_whom_and_with_what() {
        let id = Uuid::from_u128(7);
        let (all, client) = (Permissions::all(), Some(ClientId(id)));
        for (actor, name) in [
            (Actor::operator(), "operator"),
            (Actor::anonymous(), "anonymous"),
            (
                Actor::new(Principal::Operator, all, client),
                "operator/client_00000000000000000000000007",
            ),
            (
                Actor::new(Principal::Cluster(id.into()), all, None),
                "cluster_00000000000000000000000007",
            ),
        ] {
            assert_eq!(actor.name(), name);
        }
    }

    #[test]
    fn without_the_right_to_read_one_sees_what_everyone_sees() {
        let id = ClusterId(Uuid::from_u128(7));
        let reads = Permissions::from_iter([Permission::RegistryRead]);
        for (principal, permissions, scope) in [
            (Principal::Operator, reads, Scope::All),
            (Principal::Operator, Permissions::none(), Scope::Public),
            (Principal::Cluster(id), reads, Scope::Cluster(id)),
            (Principal::Cluster(id), Permissions::none(), Scope::Public),
            (Principal::Anonymous, Permissions::all(), Scope::Public),
        ] {
            let actor = Actor::new(principal, permissions, None);
            assert_eq!(*actor.scope(), scope, "{actor:?}");
        }
    }
}
