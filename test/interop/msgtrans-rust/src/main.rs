//! Clients on the published crate `msgtrans`. They talk to a server and print what they saw; a test
//! compares that with the transcripts beside this folder's Cargo.toml.
//!
//! Usage: msgtrans-rust tcp|ws|quic-bidi|quic-uni ADDRESS echo|ask

mod client;
mod quic;

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (transport, address, scenario) = (args[1].as_str(), args[2].as_str(), args[3].as_str());
    match (transport, scenario) {
        ("tcp" | "ws", "echo") => client::echo(transport, address).await,
        ("tcp" | "ws", "ask") => client::ask(transport, address).await,
        ("quic-bidi" | "quic-uni", "echo") => quic::echo(transport, address).await,
        _ => panic!("no such scenario: {transport} {scenario}"),
    }
}

/// A payload as the transcript has it: its text, or how long it is.
fn shown(payload: &[u8]) -> String {
    if payload.len() > 60 {
        return format!("{} bytes", payload.len());
    }
    format!("{:?}", String::from_utf8_lossy(payload))
}
