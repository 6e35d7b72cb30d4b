//! Where somebody asks from, as far as the registry remembers it: a network, never an address.

use std::fmt;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Bits of an IPv4 address that are kept.
const IPV4: u8 = 24;
/// Bits of an IPv6 address that are kept: what a provider gives to one site.
const IPV6: u8 = 48;

/// The network that an address is in, which names no person and no device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpNet);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        let net = match address.to_canonical() {
            IpAddr::V4(address) => Ipv4Net::new_assert(address, IPV4).into(),
            IpAddr::V6(address) => Ipv6Net::new_assert(address, IPV6).into(),
        };
        Self(IpNet::trunc(&net))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::net::AddrParseError;

    use super::*;

    #[test]
    fn an_address_is_cut_to_its_network() -> Result<(), AddrParseError> {
        for (address, network) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
            ("::1", "::/48"),
        ] {
            let address: IpAddr = address.parse()?;
            assert_eq!(Network::from(address).to_string(), network);
        }
        Ok(())
    }
}
