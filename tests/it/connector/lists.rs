//! A member list goes in, and what changes comes out, as the document promises.

use tests::{TestServer, on_both};

use super::process::{Connector, Row};
use crate::node::said;

on_both!(a_member_list_goes_in_and_changes_come_out);

async fn a_member_list_goes_in_and_changes_come_out(server: TestServer) {
    let Some(connector) = Connector::of(&server).await else {
        return;
    };
    let output = connector.run(&["push", "nowhere.csv"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));

    // A bad row is told what would be right, and what cannot be read is not sent.
    let output = connector.run(&["push", "members.csv"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let results = connector.table("results.csv");
    let right = |line: &str, record: &str| {
        let of = |row: &&Row| row["line"] == line && row["record"] == record;
        let row = results.iter().find(of).unwrap();
        (row["outcome"].clone(), row["what_would_be_right"].clone())
    };
    let (outcome, words) = right("11", "organisation");
    assert_eq!(outcome, "REJECTED");
    assert!(words.starts_with("region: `Luca` is no region"), "{words}");
    let (outcome, words) = right("12", "");
    assert_eq!(outcome, "NOT_SENT");
    assert!(words.contains("`Socio onorario` is not one of"), "{words}");

    // Mended, it all goes in; the same again, from whichever file, changes nothing.
    connector.replace("members.csv", ";Luca;", ";Lucca;");
    connector.replace("members.csv", "Socio onorario", "Osservatore");
    assert!(
        connector
            .succeeds(&["push", "members.csv"])
            .contains("4 CREATED")
    );
    assert!(
        connector
            .succeeds(&["push", "members.csv"])
            .starts_with("22 UNCHANGED")
    );
    let made = connector.python(&["tests/sample.py", "members.csv", "members.xlsx"]);
    assert!(made.status.success(), "{}", said(&made));
    assert!(
        connector
            .succeeds(&["push", "members.xlsx"])
            .starts_with("22 UNCHANGED")
    );

    // The copy has it all; what is changed afterwards is in changed.csv.
    connector.succeeds(&["pull"]);
    connector.takes("changed.csv");
    connector.replace("members.csv", "Viale del Mulino 3", "Viale del Mulino 5");
    let pushed = connector.succeeds(&["push", "--complete", "members.csv"]);
    assert!(pushed.starts_with("21 UNCHANGED, 1 UPDATED"), "{pushed}");
    connector.succeeds(&["pull"]);
    let changed = connector.table("changed.csv");
    assert_eq!(changed.len(), 1);
    for (column, value) in [
        ("external_id", "S-002"),
        ("changed_fields", "address"),
        ("pushed_by_us", "true"),
        ("address.street", "Viale del Mulino 5"),
        ("identifiers.VAT", "IT99900221005"),
    ] {
        assert_eq!(changed[0][column], value);
    }

    // A file that nobody has taken yet keeps what it says, and gets what comes.
    connector.replace("members.csv", "Via Tronto 77", "Via Tronto 79");
    connector.succeeds(&["push", "members.csv"]);
    connector.succeeds(&["pull"]);
    let mut changed = connector.column("changed.csv", "external_id");
    changed.sort();
    assert_eq!(changed, ["S-002", "S-008"]);
    connector.takes("changed.csv");

    // What is taken back is in removed.csv, what is no longer in the file ends.
    connector.succeeds(&["withdraw", "membership:S-003", "organisation:S-003"]);
    connector.succeeds(&["pull"]);
    assert_eq!(
        connector.column("removed.csv", "type"),
        ["MEMBERSHIP", "ORGANISATION"]
    );
    assert_eq!(
        connector.column("removed.csv", "op"),
        ["DELETED", "DELETED"]
    );
    connector.drop_line("members.csv", "S-003;");
    connector.drop_line("members.csv", "S-006;");
    // One of ten is more than one in twenty.
    let pushed = connector.succeeds(&["push", "--complete", "--at-most", "0.2", "members.csv"]);
    assert!(pushed.starts_with("18 UNCHANGED, 1 UPDATED"), "{pushed}");
    connector.succeeds(&["pull"]);
    assert_eq!(connector.column("changed.csv", "external_id"), ["S-006"]);
    assert_ne!(connector.column("changed.csv", "endsOn"), [""]);
    connector.takes("changed.csv");

    connector.follows();
}
