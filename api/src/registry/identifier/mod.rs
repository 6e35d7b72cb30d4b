//! stub
use entities::record::Finding;
use entities::value::{Identifier, IdentifierScheme, IdentifierStatus};
pub fn identify(scheme: IdentifierScheme, raw: &str, _c: Option<&str>) -> Identifier { Identifier{scheme, value: raw.trim().to_owned(), raw: None, country: None, status: IdentifierStatus::Unverified} }
pub fn finding(_i: &Identifier, _p: &str) -> Option<Finding> { None }
pub fn is_strong(_s: IdentifierScheme) -> bool { true }
