//! Variables that are not given: an absent one is as if what it stands for were not written, and
//! null is null.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::posted::post;

on_both!(
    an_absent_variable_leaves_a_field_and_null_clears_it,
    an_absent_variable_puts_no_condition_and_leaves_defaults,
);

async fn an_absent_variable_leaves_a_field_and_null_clears_it(server: TestServer) {
    let data = json!({
        "name": "Arahealth",
        "website": "https://arahealth.example",
        "description": "Health",
        "address": { "city": "Zaragoza", "street": "Calle 1" },
    });
    let id = post(&server, "organisation", &data);
    let document = "
        mutation Patch($id: ID!, $website: String, $description: String = \"By default\", $city: String) {
            updateOrganisation(input: { id: $id, data: {
                website: $website, description: $description, address: { city: $city, street: \"2\" }
            } }) {
                organisation { name website description address { city street } }
                userErrors { code }
            }
        }";
    // After each change, the next begins with what it left.
    for (given, website, description, city) in [
        (
            json!({ "description": "Health" }),
            json!("https://arahealth.example"),
            json!("Health"),
            Value::Null,
        ),
        (
            json!({ "city": "Huesca" }),
            json!("https://arahealth.example"),
            json!("By default"),
            json!("Huesca"),
        ),
        (
            json!({ "website": null, "description": null, "city": null }),
            Value::Null,
            Value::Null,
            Value::Null,
        ),
    ] {
        let mut variables = given.clone();
        variables["id"] = json!(id);
        let answer = server.query(document, variables);
        let expected = json!({
            "organisation": {
                "name": "Arahealth", "website": website, "description": description,
                "address": { "city": city, "street": "2" },
            },
            "userErrors": [],
        });
        assert_eq!(answer["updateOrganisation"], expected, "{given}");
    }

    // A whole object in one variable: what it does not name stays.
    let document = "mutation($input: UpdateOrganisationInput!) {
        updateOrganisation(input: $input) { organisation { name description } }
    }";
    let input = json!({ "id": id, "data": { "description": "Again" } });
    let answer = server.query(document, json!({ "input": input }));
    let expected = json!({ "name": "Arahealth", "description": "Again" });
    assert_eq!(answer["updateOrganisation"]["organisation"], expected);
}

async fn an_absent_variable_puts_no_condition_and_leaves_defaults(server: TestServer) {
    for (name, country) in [("Arahealth", "ES"), ("BioWin", "BE")] {
        post(
            &server,
            "organisation",
            &json!({ "name": name, "country": country }),
        );
    }
    let document = "
        query($country: String, $countries: [String!], $search: String, $first: Int,
              $direction: OrderDirection, $name: StringFilter, $show: Boolean = true) {
            organisations(
                first: $first, search: $search,
                filter: { and: [{ country: { eq: $country, in: $countries } }], name: $name },
                orderBy: [{ field: NAME, direction: $direction }]
            ) { nodes { name @include(if: $show) } }
        }";
    let both = json!(["Arahealth", "BioWin"]);
    for (given, expected) in [
        (json!({}), both.clone()),
        (
            json!({ "country": null, "search": null, "first": null, "name": null }),
            both,
        ),
        (json!({ "country": "BE" }), json!(["BioWin"])),
        (json!({ "countries": ["ES"] }), json!(["Arahealth"])),
        (
            json!({ "direction": "DESC" }),
            json!(["BioWin", "Arahealth"]),
        ),
        (
            json!({ "name": { "startsWith": "ara" } }),
            json!(["Arahealth"]),
        ),
        (json!({ "show": false }), json!([null, null])),
    ] {
        let answer = server.query(document, given.clone());
        let names = crate::posted::each(&answer["organisations"]["nodes"], "/name");
        assert_eq!(json!(names), expected, "{given}");
    }
    // Without a value, a variable that must have one refuses the request.
    for variables in [json!({}), json!({ "id": null })] {
        let (status, answer) = server.ask("query($id: ID!) { node(id: $id) { id } }", variables);
        assert_eq!(
            (status, crate::posted::code(&answer).as_str()),
            (400, "BAD_REQUEST")
        );
    }
}
