//! What access costs: a token beside none, and a cluster's view beside the operator's.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use partner_registry::auth::{Actor, Permissions, Principal};

use crate::binary::{Binary, Served};
use crate::client::Client;
use crate::figure::print;
use crate::load;
use crate::partners::Partner;
use crate::question::Question;
use crate::statements;
use crate::turns::Turns;

/// By how much a token may slow a request down.
const MAX_OF_TOKEN: f64 = 0.05;
/// By how much a cluster's view may be slower than the operator's.
const MAX_OF_POLICY: f64 = 0.15;

/// Prints what tokens and the policy cost.
pub(crate) async fn figures(
    (url, binary, served): (&str, &Binary, &Served),
    partner: &Partner,
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

    let client = binary.token(url, served.address, &["--client", &partner.client])?;
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
    let cluster = Actor::new(
        Principal::Cluster(partner.cluster),
        Permissions::all(),
        None,
    );
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
        Client::new(self.address, "/graphql", token).post(&self.body)
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
