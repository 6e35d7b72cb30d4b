//! How many statements a question sends to the database: it must not depend on how many rows there are,
//! nor on who asks.

use std::sync::Arc;

use anyhow::{Result, bail, ensure};
use async_graphql::{Request, Variables};
use partner_registry::auth::Actor;
use partner_registry::clock::Clock;
use partner_registry::graphql::endpoint::Endpoint;
use partner_registry::graphql::{self, Limits};
use partner_registry::registry::Registry;
use partner_registry::store::Database;
use tests::Statements;

use crate::figure::print;
use crate::question::Question;

/// Prints the statements of a page of 2 and of a page of 20.
pub(crate) async fn figures(url: &str) -> Result<()> {
    let few = count(url, &Question::projects(2), Actor::operator()).await?;
    let many = count(url, &Question::projects(20), Actor::operator()).await?;
    let kept = few == many && many <= 10;
    let counted = format!("{few} for 2 projects, {many} for 20");
    print("statements", &counted, Some(("the same, at most 10", kept)));
    Ok(())
}

/// How many statements a question of this actor sends.
pub(crate) async fn count(url: &str, question: &Question, actor: Actor) -> Result<usize> {
    let mut database = Database::open(url).await?;
    let statements = Statements::of(&mut database);
    let registry = Registry::over(database, Clock::system()).await?;
    let (limits, attached) = (Limits::default(), registry.clone());
    let attach = move |request, actor, columns| {
        let registry = attached.clone().reading(columns);
        graphql::request_data(request, registry, actor, limits)
    };
    let endpoint = Endpoint::new(graphql::schemas()?, limits, Arc::new(attach));
    let operation = question.operation;
    let request = Request::new(question.document)
        .operation_name(operation)
        .variables(Variables::from_json(question.variables.clone()));
    let Ok(ready) = endpoint.prepare(request) else {
        bail!("{operation} is refused");
    };
    let _ = statements.take();
    let answer = endpoint.execute(ready, actor).await;
    let count = statements.take().len();
    let answer = String::from_utf8(answer.to_json())?;
    ensure!(!answer.starts_with(r#"{"errors""#), "{operation}: {answer}");
    registry.close().await?;
    Ok(count)
}
