//! Who does something: a principal, what it may do, the client or the person it does it with, and
//! from where.

use entities::id::ClientId;

use super::{Network, Permission, Permissions, Principal, Scope, type_id};

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    name: String,
    principal: Principal,
    permissions: Permissions,
    client: Option<ClientId>,
    network: Option<Network>,
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
            network: None,
            scope: Scope::of(principal, permissions),
        }
    }

    /// A person, by the name that an outside issuer's tokens are kept under.
    #[must_use]
    pub fn person(principal: Principal, permissions: Permissions, person: &str) -> Self {
        let actor = Self::new(principal, permissions, None);
        Self {
            name: format!("{principal}/{person}"),
            ..actor
        }
    }

    /// The same one, who asks from here.
    #[must_use]
    pub fn asking_from(self, network: Network) -> Self {
        Self {
            network: Some(network),
            ..self
        }
    }

    /// The same one with all permissions, for what follows from something that it may do.
    #[must_use]
    pub fn with_all_permissions(&self) -> Self {
        Self {
            permissions: Permissions::all(),
            scope: Scope::of(self.principal, Permissions::all()),
            ..self.clone()
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

    /// The name under which the log keeps what this actor did: the principal, and the client or the
    /// person that spoke for it.
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

    /// Where it asks from; none at the registry's own machine.
    #[must_use]
    pub fn network(&self) -> Option<Network> {
        self.network
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
            (
                Actor::person(Principal::Operator, all, "person_1"),
                "operator/person_1",
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
