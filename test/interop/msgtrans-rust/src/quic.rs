//! Packets of the crate over quinn, in both of the mappings that the crate has had. Its own QUIC
//! client offers no application protocol, which TLS libraries may refuse; this one offers `msgtrans`.

use crate::shown;
use msgtrans::packet::CompressionType;
use msgtrans::{Packet, PacketType};
use quinn::crypto::rustls::QuicClientConfig;
use quinn::{ClientConfig, Connection, Endpoint, RecvStream, SendStream};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);
const MAX_PACKET_BYTES: usize = 16 * 1024 * 1024;

/// How packets travel.
enum Carrier {
    /// 1.0.3 and later: one bidirectional stream, with the length before each packet.
    Bidi(SendStream, RecvStream),
    /// Up to 1.0.2: a unidirectional stream for each packet.
    Uni(Connection),
}

impl Carrier {
    async fn send(&mut self, packet: &Packet) {
        let bytes = packet.to_bytes();
        match self {
            Carrier::Bidi(stream, _) => {
                stream.write_all(&(bytes.len() as u32).to_be_bytes()).await.unwrap();
                stream.write_all(&bytes).await.unwrap();
            }
            Carrier::Uni(connection) => {
                let mut stream = connection.open_uni().await.unwrap();
                stream.write_all(&bytes).await.unwrap();
                stream.finish().unwrap();
            }
        }
    }

    async fn receive(&mut self) -> Packet {
        let bytes = timeout(PATIENCE, async {
            match self {
                Carrier::Bidi(_, stream) => {
                    let mut length = [0; 4];
                    stream.read_exact(&mut length).await.unwrap();
                    let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
                    stream.read_exact(&mut bytes).await.unwrap();
                    bytes
                }
                Carrier::Uni(connection) => {
                    let mut stream = connection.accept_uni().await.unwrap();
                    stream.read_to_end(MAX_PACKET_BYTES).await.unwrap()
                }
            }
        });
        Packet::from_bytes(&bytes.await.expect("no packet came")).unwrap()
    }
}

fn text_of(packet: &Packet) -> String {
    let kind = match packet.packet_type() {
        PacketType::OneWay => "one-way",
        PacketType::Request => "request",
        PacketType::Response => "response",
    };
    let payload = match packet.compression() {
        CompressionType::None => shown(&packet.payload),
        compression => format!("{compression:?}"),
    };
    format!("{kind} {} biz {} {payload}", packet.message_id(), packet.biz_type())
}

pub async fn echo(transport: &str, address: &str) {
    let mut endpoint = Endpoint::client("127.0.0.1:0".parse().unwrap()).unwrap();
    endpoint.set_default_client_config(config());
    let connecting = endpoint.connect(address.parse().unwrap(), "localhost").unwrap();
    let connection = timeout(PATIENCE, connecting).await.expect("no handshake").unwrap();
    let mut carrier = match transport {
        "quic-bidi" => {
            let (send, receive) = connection.open_bi().await.unwrap();
            Carrier::Bidi(send, receive)
        }
        _ => Carrier::Uni(connection.clone()),
    };
    println!("# the first packet, the greeting and the question");
    say(&mut carrier, Packet::request(1, "first")).await;
    // The question comes when its time has come, before the response or after it.
    let mut first = vec![carrier.receive().await, carrier.receive().await, carrier.receive().await];
    first.sort_by_key(Packet::message_id);
    for packet in &first {
        println!("< {}", text_of(packet));
    }
    say(&mut carrier, Packet::response(20_001, "fine, thanks")).await;

    println!("# messages and requests");
    let mut packet = Packet::request(2, "with everything");
    packet.set_biz_type(9);
    packet.set_ext_header("trace=1");
    packet.set_priority(true);
    ask(&mut carrier, packet).await;
    ask(&mut carrier, Packet::one_way(3, "hello")).await;
    let mut packet = Packet::request(4, "compressed ".repeat(30));
    packet.set_compression(CompressionType::Zlib);
    packet.compress_payload().unwrap();
    ask(&mut carrier, packet).await;
    ask(&mut carrier, Packet::request(5, vec![b'x'; 1_000_000])).await;

    println!("# many at once");
    for id in 100..150 {
        carrier.send(&Packet::request(id, format!("{id}"))).await;
    }
    let mut answered = Vec::new();
    for _ in 100..150 {
        let packet = carrier.receive().await;
        assert_eq!(packet.payload_as_string().unwrap(), format!("Echo: {}", packet.message_id()));
        answered.push(packet.message_id());
    }
    answered.sort_unstable();
    assert_eq!(answered, (100..150).collect::<Vec<_>>());
    println!("{} of 50 requests were answered right", answered.len());
    connection.close(0u32.into(), b"");
    endpoint.wait_idle().await;
}

async fn say(carrier: &mut Carrier, packet: Packet) {
    println!("> {}", text_of(&packet));
    carrier.send(&packet).await;
}

async fn ask(carrier: &mut Carrier, packet: Packet) {
    say(carrier, packet).await;
    println!("< {}", text_of(&carrier.receive().await));
}

fn config() -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody))
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"msgtrans".to_vec()];
    ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).unwrap()))
}

/// Takes any certificate, as the crate's clients do by default.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}
