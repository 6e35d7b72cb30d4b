//! How many statements `Projects` sends to the database: it must not depend on how many there are.

use anyhow::{Result, ensure};
use async_graphql::{Request, Variables};
use partner_registry::auth::Actor;
use partner_registry::clock::Clock;
use partner_registry::graphql::{self, Limits};
use partner_registry::registry::Registry;
use partner_registry::store::Database;
use tests::Statements;

use crate::figure::print;
use crate::question::Question;

/// Prints the statements of a page of 2 and of a page of 20.
pub(crate) async fn figures(url: &str) -> Result<()> {
    let mut database = Database::open(url).await?;
    let statements = Statements::of(&mut database);
    let registry = Registry::over(database, Clock::system()).await?;
    let mut counts = [0; 2];
    for (count, first) in counts.iter_mut().zip([2, 20]) {
        let Question {
            operation,
            document,
            variables,
            ..
        } = Question::projects(first);
        let request = Request::new(document)
            .operation_name(operation)
            .variables(Variables::from_json(variables));
        let attached = graphql::request_data(
            request,
            registry.clone(),
            Actor::operator(),
            Limits::default(),
        );
        let _ = statements.take();
        let answer = graphql::schema().execute(attached).await;
        ensure!(
            answer.errors.is_empty(),
            "{operation} failed: {:?}",
            answer.errors
        );
        *count = statements.take().len();
    }
    registry.close().await?;
    let [few, many] = counts;
    let kept = few == many && many <= 10;
    let counted = format!("{few} for 2 projects, {many} for 20");
    print("statements", &counted, Some(("the same, at most 10", kept)));
    Ok(())
}
