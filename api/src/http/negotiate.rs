//! What a request says of media types: what it accepts and what it sends. Must not read a body.

use actix_web::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use mediatype::names::{_STAR, APPLICATION, CHARSET, HTML, JSON, Q, TEXT};
use mediatype::{MediaType, MediaTypeList, Name, ReadParams};

/// A media type that we can answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/json`, whose status is 200 for every well-formed request.
    Json,
    /// `application/graphql-response+json`, whose status tells what happened.
    GraphqlResponse,
    /// `text/html`: a person with a browser.
    Html,
    /// `text/event-stream`: answers as they come.
    EventStream,
}

impl Media {
    /// The value of `Content-Type`.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::EventStream => "text/event-stream; charset=utf-8",
        }
    }

    const fn essence(self) -> MediaType<'static> {
        const GRAPHQL_RESPONSE: Name<'static> = Name::new_unchecked("graphql-response");
        const EVENT_STREAM: Name<'static> = Name::new_unchecked("event-stream");
        match self {
            Self::Json => MediaType::new(APPLICATION, JSON),
            Self::GraphqlResponse => {
                MediaType::from_parts(APPLICATION, GRAPHQL_RESPONSE, Some(JSON), &[])
            }
            Self::Html => MediaType::new(TEXT, HTML),
            Self::EventStream => MediaType::new(TEXT, EVENT_STREAM),
        }
    }
}

/// The one of `offers` that the client likes best: the highest `q`, then what it names itself before
/// what only a wildcard allows, then what it names first, then the order of `offers`. Types we do
/// not know and items that are no media type are skipped. Nothing when it accepts none of them.
pub(super) fn preferred(headers: &HeaderMap, offers: &[Media]) -> Option<Media> {
    if !headers.contains_key(ACCEPT) {
        return offers.first().copied();
    }
    let ranges: Vec<MediaType<'_>> = headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(MediaTypeList::new)
        .filter_map(Result::ok)
        .collect();
    let mut best = None;
    for &offer in offers {
        let liking = liking(&ranges, &offer.essence());
        if liking.is_some() && liking > best.map(|(liking, _)| liking) {
            best = liking.map(|liking| (liking, offer));
        }
    }
    best.map(|(_, offer)| offer)
}

/// How much a client likes a type. Compared in the order of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Liking {
    /// Thousandths.
    q: u16,
    specific: u8,
    /// How many ranges follow, so that the first is the largest; nothing for wildcards.
    before: usize,
}

/// What the most specific range that matches `offer` says of it.
fn liking(ranges: &[MediaType<'_>], offer: &MediaType<'_>) -> Option<Liking> {
    let said = ranges.iter().enumerate().filter_map(|(index, range)| {
        let specific = match () {
            () if range.essence() == *offer => 2,
            () if range.suffix.is_some() || range.subty != _STAR => return None,
            () if range.ty == offer.ty => 1,
            () if range.ty == _STAR => 0,
            () => return None,
        };
        let before = if specific == 2 {
            ranges.len() - index
        } else {
            0
        };
        is_utf8(range).then_some(Liking {
            q: q(range)?,
            specific,
            before,
        })
    });
    let most = said.max_by_key(|liking| (liking.specific, liking.before));
    most.filter(|liking| liking.q > 0)
}

/// The weight of a range in thousandths: 1,000 unless said, nothing when it is no weight.
fn q(range: &MediaType<'_>) -> Option<u16> {
    let Some(value) = range.get_param(Q) else {
        return Some(1000);
    };
    let (whole, decimals) = value
        .as_str()
        .split_once('.')
        .unwrap_or((value.as_str(), ""));
    let is_weight = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" if is_weight => Some(thousandths),
        "1" if is_weight && thousandths == 0 => Some(1000),
        _ => None,
    }
}

/// Whether the body is JSON in UTF-8, not compressed.
pub(super) fn sends_json(headers: &HeaderMap) -> bool {
    let is_plain = headers
        .get(CONTENT_ENCODING)
        .is_none_or(|coding| coding == "identity");
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let content_type = content_type.and_then(|value| MediaType::parse(value).ok());
    let is_json = |sent: MediaType<'_>| sent.essence() == Media::Json.essence() && is_utf8(&sent);
    is_plain && content_type.is_some_and(is_json)
}

fn is_utf8(media: &MediaType<'_>) -> bool {
    let charset = media.get_param(CHARSET);
    charset.is_none_or(|charset| charset.unquoted_str().eq_ignore_ascii_case("utf-8"))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(name: &HeaderName, values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name.clone(), HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn the_client_gets_the_type_it_likes_best() {
        use Media::{GraphqlResponse, Html, Json};
        let cases: &[(&[&'static str], Option<Media>)] = &[
            (&[], Some(Json)),
            (&["*/*"], Some(Json)),
            (&["application/*"], Some(Json)),
            (&["application/json"], Some(Json)),
            (&["APPLICATION/JSON; charset=UTF-8"], Some(Json)),
            (&["application/json; charset=\"utf-8\""], Some(Json)),
            (&["application/json; charset=latin1"], None),
            (
                &["application/graphql-response+json"],
                Some(GraphqlResponse),
            ),
            (
                &["application/graphql-response+json, application/json;q=0.9"],
                Some(GraphqlResponse),
            ),
            (
                &["application/graphql-response+json;q=0.8, application/json;q=0.9"],
                Some(Json),
            ),
            (
                &["application/graphql-response+json, application/json"],
                Some(GraphqlResponse),
            ),
            (
                &["application/json, application/graphql-response+json"],
                Some(Json),
            ),
            (
                &["application/json", "application/graphql-response+json"],
                Some(Json),
            ),
            (
                &["*/*, application/graphql-response+json"],
                Some(GraphqlResponse),
            ),
            (&["application/json;q=0, */*"], Some(GraphqlResponse)),
            (
                &["application/graphql-response+json;q=0, application/json;q=0"],
                None,
            ),
            (&["text/*;q=1, application/json;q=0.1"], Some(Html)),
            (&["text/csv, application/json;q=0.1"], Some(Json)),
            (&["nonsense, ;;, application/json"], Some(Json)),
            (
                &["application/json;q=high, application/graphql-response+json;q=0.1"],
                Some(GraphqlResponse),
            ),
            (&["application/json;q=1.5"], None),
            (&["application/json;q=0.001"], Some(Json)),
            (&["application/json+json"], None),
            (&["text/csv"], None),
            (&[""], None),
            (
                &["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
                Some(Html),
            ),
        ];
        for (accept, expected) in cases {
            let headers = headers(&ACCEPT, accept);
            assert_eq!(
                preferred(&headers, &[Json, GraphqlResponse, Html]),
                *expected,
                "{accept:?}"
            );
        }
    }

    #[test]
    fn only_json_in_utf8_is_taken() {
        for (content_type, expected) in [
            ("application/json", true),
            ("Application/JSON;charset=UTF-8", true),
            ("application/json; charset=iso-8859-1", false),
            ("application/graphql", false),
            ("application/graphql+json", false),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false),
            ("", false),
        ] {
            assert_eq!(
                sends_json(&headers(&CONTENT_TYPE, &[content_type])),
                expected,
                "{content_type}"
            );
        }
        let mut compressed = headers(&CONTENT_TYPE, &["application/json"]);
        compressed.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(!sends_json(&compressed));
        assert!(!sends_json(&HeaderMap::new()));
    }
}
