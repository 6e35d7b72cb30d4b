//! A person who comes with a token of an outside issuer: whether it is good, for whom the person acts, and what
//! the audit is told of it. A token of a person is told of once.

use chrono::{DateTime, Utc};

use super::authority::Authority;
use crate::auth::issuer::Issuer;
use crate::auth::jwks::Jwks;
use crate::auth::token;
use crate::auth::{Actor, Network, Permissions, Principal, TokenError};
use crate::registry::audit::SignInFailure;

impl Authority {
    /// The person that bears a token of this issuer, and when the token ends.
    ///
    /// # Errors
    /// Why nobody does.
    pub(super) async fn person(
        &self,
        token: &str,
        kid: &str,
        (issuer, jwks): &(Issuer, Jwks),
        from: Network,
        now: DateTime<Utc>,
    ) -> Result<(Actor, DateTime<Utc>), TokenError> {
        let proved = match jwks.key(kid, now).await {
            Some(key) => token::verify(token, &key, issuer.expected(now)),
            None => Err(TokenError::Key),
        };
        let proved = proved.and_then(|(claims, ends)| {
            let name = issuer.person(&claims, &self.people)?;
            Ok((claims, name, ends))
        });
        // Nobody knows who sends what proves nothing, and anybody can send a lot of it.
        let (claims, name, ends) = proved.inspect_err(|_| self.registry.count_refused_token())?;
        let acts_for = issuer.acts_for(&claims).and_then(|acts_for| {
            let is_archived = self.is_archived(acts_for.0);
            (!is_archived)
                .then_some(acts_for)
                .ok_or(TokenError::Archived)
        });
        let (principal, permissions) =
            acts_for.unwrap_or((Principal::Anonymous, Permissions::none()));
        let actor = Actor::person(principal, permissions, &name);
        if self.verified.is_new(token, ends, now) {
            let actor = actor.clone().asking_from(from);
            let told = match acts_for {
                Ok(_) => self.registry.tell_signed_in(&actor),
                Err(TokenError::Archived) => {
                    let why = SignInFailure::ClusterArchived;
                    self.registry.tell_person_failed(&actor, why)
                }
                Err(_) => self
                    .registry
                    .tell_person_failed(&actor, SignInFailure::NoRule),
            };
            if !told {
                self.verified.forget(token);
                return Err(TokenError::Unavailable);
            }
        }
        acts_for.map(|_| (actor, ends))
    }
}
