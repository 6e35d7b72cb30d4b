//! Where a request comes from. A reverse proxy says it in `X-Forwarded-For`, which anyone can write: it
//! counts only as far as those who wrote it are trusted.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use ipnet::IpNet;

/// The address of who asked.
pub(super) fn address(request: &HttpRequest, trusted: &[IpNet]) -> IpAddr {
    let peer = request
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let headers = request.headers().get_all("x-forwarded-for");
    let forwarded: Vec<&str> = headers.filter_map(|value| value.to_str().ok()).collect();
    origin(peer, &forwarded.join(","), trusted)
}

/// Goes back from the peer, past proxies that are trusted, to the first address that is not.
fn origin(peer: IpAddr, forwarded: &str, trusted: &[IpNet]) -> IpAddr {
    let mut origin = peer.to_canonical();
    for hop in forwarded.rsplit(',') {
        if !trusted.iter().any(|net| net.contains(&origin)) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => origin = address.to_canonical(),
            Err(_) => break,
        }
    }
    origin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_proxies_that_are_trusted_say_who_asked() -> Result<(), Box<dyn std::error::Error>> {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse()?, "::1/128".parse()?];
        for (peer, forwarded, expected) in [
            ("203.0.113.7", "", "203.0.113.7"),
            ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),
            (
                "10.0.0.1",
                "192.0.2.66, 198.51.100.1, 10.1.1.1",
                "198.51.100.1",
            ),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "not an address", "10.0.0.1"),
            ("::1", "2001:db8::1", "2001:db8::1"),
            ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ] {
            let actual = origin(peer.parse()?, forwarded, &trusted);
            assert_eq!(actual, expected.parse::<IpAddr>()?, "{peer} {forwarded}");
        }
        Ok(())
    }
}
