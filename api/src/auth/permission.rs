//! What a client may do, as OAuth scopes. What an actor may see is another thing: `Scope`.

use std::fmt;
use std::str::FromStr;

/// One thing that a client may do: an OAuth scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read what its principal may see; without it, what everyone may.
    RegistryRead,
    /// Write organisations, clusters, memberships, partnerships and their members.
    MembersWrite,
    /// Write projects and participations.
    ProjectsWrite,
    /// Read co-investments.
    InvestmentsRead,
    /// Write co-investments.
    InvestmentsWrite,
    /// Fetch exports.
    ExportsRead,
    /// Push and pull changes.
    Sync,
    /// Keep webhooks.
    Webhooks,
    /// Keep the principal's own clients.
    Admin,
}

impl Permission {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 9] = [
        Self::RegistryRead,
        Self::MembersWrite,
        Self::ProjectsWrite,
        Self::InvestmentsRead,
        Self::InvestmentsWrite,
        Self::ExportsRead,
        Self::Sync,
        Self::Webhooks,
        Self::Admin,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RegistryRead => "registry:read",
            Self::MembersWrite => "members:write",
            Self::ProjectsWrite => "projects:write",
            Self::InvestmentsRead => "investments:read",
            Self::InvestmentsWrite => "investments:write",
            Self::ExportsRead => "exports:read",
            Self::Sync => "sync",
            Self::Webhooks => "webhooks",
            Self::Admin => "admin",
        }
    }

    const fn bit(self) -> u16 {
        match self {
            Self::RegistryRead => 1,
            Self::MembersWrite => 1 << 1,
            Self::ProjectsWrite => 1 << 2,
            Self::InvestmentsRead => 1 << 3,
            Self::InvestmentsWrite => 1 << 4,
            Self::ExportsRead => 1 << 5,
            Self::Sync => 1 << 6,
            Self::Webhooks => 1 << 7,
            Self::Admin => 1 << 8,
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no permission.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope; the scopes are {all}", all = Permissions::all())]
pub struct UnknownPermission(String);

/// A set of permissions; as text, its names with blanks between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u16);

impl Permissions {
    /// None.
    #[must_use]
    pub const fn none() -> Self {
        Self(0)
    }

    /// All.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.into_iter().collect()
    }

    /// Whether this one is among them.
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether all of `other` are among them.
    #[must_use]
    pub const fn contains_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in the order in which they are written.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        let all = Permission::ALL.into_iter();
        all.filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let bits = permissions.into_iter().map(Permission::bit);
        Self(bits.fold(0, |all, one| all | one))
    }
}

impl FromStr for Permissions {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, UnknownPermission> {
        let find = |word: &str| {
            Permission::ALL
                .into_iter()
                .find(|permission| permission.as_str() == word)
                .ok_or_else(|| UnknownPermission(word.to_owned()))
        };
        text.split_ascii_whitespace().map(find).collect()
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(Permission::as_str).collect();
        f.write_str(&names.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_written_in_one_order_and_read_in_any() {
        for (text, written) in [
            ("", ""),
            ("admin", "admin"),
            (" sync\tregistry:read  sync", "registry:read sync"),
        ] {
            let read = text.parse::<Permissions>().map(|read| read.to_string());
            assert_eq!(read, Ok(written.to_owned()), "{text}");
        }
        let all = Permissions::all();
        assert_eq!(all.to_string().parse(), Ok(all));
        assert_eq!(all.iter().count(), Permission::ALL.len());
        for word in ["Admin", "members", "members:write,sync", "*"] {
            assert_eq!(
                word.parse::<Permissions>(),
                Err(UnknownPermission(word.to_owned()))
            );
        }
    }

    #[test]
    fn a_set_holds_its_own_and_no_more() {
        let some: Permissions = [Permission::Sync, Permission::Admin].into_iter().collect();
        assert!(some.contains(Permission::Admin) && !some.contains(Permission::Webhooks));
        assert!(Permissions::all().contains_all(some) && !some.contains_all(Permissions::all()));
        assert!(some.contains_all(Permissions::none()) && !some.is_empty());
    }
}
