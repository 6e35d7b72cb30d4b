//! What access costs: a token beside none, and a cluster's view beside the operator's.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use entities::id::ClusterId;
use entities::record::Visibility;
use entities::{organisation, partnership, partnership_member};
use partner_registry::auth::{Actor, Permissions, Principal, type_id};
use partner_registry::clock::Clock;
use partner_registry::registry::access::NewClient;
use partner_registry::registry::{
    Batch, Mode, Order, OrderKey, PageRequest, PartnershipMemberPatch, PartnershipPatch, Patch,
    Reference, Registry, RowWrite, Run, Shared, Slice, Steward, Target, Terms,
};
use sea_orm::EntityTrait;

use crate::binary::{Binary, Served};
use crate::figure::print;
use crate::load;
use crate::question::Question;
use crate::statements;
use crate::turns::Turns;

/// How the log calls what is written here.
const ORIGIN: &str = "figures";

/// By how much a token may slow a request down.
const MAX_OF_TOKEN: f64 = 0.05;
/// By how much a cluster's view may be slower than the operator's.
const MAX_OF_POLICY: f64 = 0.15;

/// Prints what tokens and the policy cost.
pub(crate) async fn figures(
    (url, binary, served): (&str, &Binary, &Served),
    keys: &[(String, String)],
    seconds: u64,
) -> Result<()> {
    // A bearer who may not read sees what everyone sees, and is told from nobody by the token alone.
    let bearer = binary.token(url, served.address, &["--scope", "sync"])?;
    let question = Question::by_identifiers(keys);
    let ask = Asked::new(&question, served.address);
    ensure!(
        ask.answer(Some(&bearer))? == ask.answer(None)?,
        "a token that reads nothing sees other things than nobody"
    );
    ask.compare(
        "token",
        (Some(&bearer), None),
        ("with a token", "without", MAX_OF_TOKEN),
        seconds,
    )?;

    let (cluster, client) = partners(url).await.context("there are no partners")?;
    let client = binary.token(url, served.address, &["--client", &client])?;
    let question = Question::members();
    let ask = Asked::new(&question, served.address);
    ensure!(
        ask.answer(Some(&client))? == ask.answer(Some(&served.token))?,
        "a cluster and the operator see different members"
    );
    ask.compare(
        "policy",
        (Some(&client), Some(&served.token)),
        ("a cluster", "the operator", MAX_OF_POLICY),
        seconds,
    )?;
    let cluster = Actor::new(Principal::Cluster(cluster), Permissions::all(), None);
    let [ours, theirs] = [
        statements::count(url, &question, cluster).await?,
        statements::count(url, &question, Actor::operator()).await?,
    ];
    print(
        "its statements",
        &format!("{ours} for a cluster, {theirs} for the operator"),
        Some(("the same", ours == theirs)),
    );
    Ok(())
}

/// A question at an address.
struct Asked {
    address: SocketAddr,
    body: String,
}

impl Asked {
    fn new(question: &Question, address: SocketAddr) -> Self {
        Self {
            address,
            body: question.body(),
        }
    }

    /// What one with a token, or without, is answered.
    fn answer(&self, token: Option<&str>) -> Result<String> {
        let mut request = ureq::post(format!("http://{}/graphql", self.address));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = request.content_type("application/json").send(&self.body)?;
        let answer = answer.into_body().read_to_string()?;
        ensure!(!answer.contains("\"errors\""), "{answer}");
        Ok(answer)
    }

    /// The speed of the first beside that of the second.
    fn compare(
        &self,
        name: &str,
        (one, other): (Option<&str>, Option<&str>),
        (of_one, of_other, max): (&str, &str, f64),
        seconds: u64,
    ) -> Result<()> {
        let of = |token| {
            move |seconds| {
                load::requests_per_second(self.address, "/graphql", token, &self.body, seconds)
            }
        };
        let Turns { one, other, ratio } = Turns::taken(seconds, of(one), of(other))?;
        // So much longer a request takes.
        let kept = 1.0 / ratio.median - 1.0 <= max;
        print(
            name,
            &format!("{of_one} {one:.0} req/s, {of_other} {other:.0} req/s: {ratio:.2} of it"),
            Some((&format!("at most {:.0} % slower", max * 100.0), kept)),
        );
        Ok(())
    }
}

/// Two clusters that share a partnership, each of which keeps something for partners; one of them, and
/// a client of it.
async fn partners(url: &str) -> Result<(ClusterId, String)> {
    let registry = Registry::open(url, Clock::system()).await?;
    let operator = Actor::operator();
    let two = PageRequest::<organisation::Entity> {
        filter: partner_registry::registry::Filter::default(),
        search: None,
        order: vec![Order {
            by: OrderKey::Column(organisation::Column::CreatedAt),
            descending: false,
            nulls_first: false,
        }],
        slice: Slice {
            limit: 2,
            ..Slice::default()
        },
    };
    let two = registry.page(&operator, &two, false).await?;
    let patch = PartnershipPatch {
        title: Patch::Set("Figures".to_owned()),
        ..PartnershipPatch::default()
    };
    let partnership = put::<partnership::Entity>(&registry, patch).await?.id;
    let mut clusters = Vec::new();
    for (_, organisation) in &two.rows {
        let organisation = Reference::Id(organisation.id.into());
        let cluster = registry
            .register_cluster(&operator, organisation.clone(), None, ORIGIN)
            .await?;
        let patch = PartnershipMemberPatch {
            partnership: Patch::Set(Reference::Id(partnership.into())),
            organisation: Patch::Set(organisation),
            ..PartnershipMemberPatch::default()
        };
        let place = put::<partnership_member::Entity>(&registry, patch).await?;
        let run = Run {
            dry: false,
            origin: ORIGIN,
        };
        let accepted = registry.accept_partnership(&operator, place.id.into(), run);
        accepted.await?;
        clusters.push(cluster.id);
    }
    let cluster = *clusters.first().context("no organisation")?;
    let new = NewClient {
        principal: Principal::Cluster(cluster),
        name: ORIGIN.to_owned(),
        permissions: Permissions::all(),
    };
    let client = registry.create_client(&operator, new).await?.client.id;
    registry.close().await?;
    Ok((cluster, type_id::write(type_id::CLIENT, client)))
}

/// Writes a record for everyone.
async fn put<E: Shared + EntityTrait>(registry: &Registry, patch: E::Patch) -> Result<E::Model> {
    let batch = Batch {
        rows: vec![RowWrite::<E> {
            target: Target::New,
            patch,
            visibility: Some(Visibility::Public),
            partnerships: None,
            archive: None,
            steward: Steward::default(),
            terms: Terms::default(),
        }],
        source: None,
        mode: Mode::Strict,
        origin: ORIGIN.to_owned(),
    };
    let (written, _) = registry.write(&Actor::operator(), batch).await?;
    let record = written.into_iter().find_map(|row| row.record);
    record.context("a record was refused")
}
