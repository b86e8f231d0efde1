//! A client of the KV wire on `prost` and tokio's length-delimited codec. It talks to a server and
//! prints what it saw; a test compares that with the transcripts beside it.
//!
//! Usage: kv-rust ADDRESS default|topics

mod wire;

use bytes::Bytes;
use prost::Message;
use tokio_util::codec::LengthDelimitedCodec;
use wire::{get, publish, set, shown, subscribe, unsubscribe, Client, CmdRequest, ReqData};

const MAX_FRAME_BYTES: usize = 8 * 1024 * 1024;
/// The largest value that the server keeps.
const MAX_VALUE_BYTES: usize = 1024 * 1024;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let address = args[1].as_str();
    match args[2].as_str() {
        "default" => {
            values(address).await;
            pipeline(address).await;
            errors(address).await;
            sizes(address).await;
            ends(address).await;
        }
        "topics" => topics(address).await,
        other => panic!("no such scenario: {other}"),
    }
}

fn title(text: &str) {
    println!("# {text}");
}

/// Sends a request and prints it with its reply.
async fn ask(client: &mut Client, request: CmdRequest) {
    println!("> {}", text_of(&request));
    client.send(&request).await;
    reply(client).await;
}

async fn reply(client: &mut Client) {
    match client.receive().await {
        Some(response) => println!("< {response}"),
        None => println!("< end"),
    }
}

fn text_of(request: &CmdRequest) -> String {
    match &request.req_data {
        None => "nothing".into(),
        Some(ReqData::Get(get)) => format!("get {:?}", get.key),
        Some(ReqData::Set(set)) => format!(
            "set {:?} {} expire {}",
            set.key,
            shown(&set.value),
            set.expire
        ),
        Some(ReqData::Publish(publish)) => {
            format!("publish {:?} {}", publish.topic, shown(&publish.value))
        }
        Some(ReqData::Subscribe(subscribe)) => format!("subscribe {:?}", subscribe.topic),
        Some(ReqData::Unsubscribe(unsubscribe)) => {
            format!("unsubscribe {:?} {}", unsubscribe.topic, unsubscribe.id)
        }
    }
}

async fn values(address: &str) {
    title("values");
    let mut client = Client::dial(address).await;
    ask(&mut client, get("rust none")).await;
    ask(&mut client, set("rust", "999999", 1000)).await;
    ask(&mut client, get("rust")).await;
    ask(&mut client, set("rust", "the new value comes back", 1)).await;
    // Longer than the expire that nothing obeys unless it is told to.
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    ask(&mut client, get("rust")).await;
    ask(&mut client, set("rust é中😀\0", vec![0, 0xff, 0x80], 0)).await;
    ask(&mut client, get("rust é中😀\0")).await;
    ask(&mut client, set("rust empty", "", 1000)).await;
    ask(&mut client, get("rust empty")).await;
    ask(&mut client, set("", "of the empty key", 1000)).await;
    ask(&mut client, get("")).await;
    println!("> get \"rust\", a byte at a time");
    client.send_slowly(&get("rust")).await;
    reply(&mut client).await;
}

async fn pipeline(address: &str) {
    title("a pipeline of 2000 in one write");
    let mut client = Client::dial(address).await;
    let requests: Vec<CmdRequest> = (0..1000)
        .flat_map(|n| {
            [
                set(&format!("rust{}", n % 7), format!("v{n}"), 1000),
                get(&format!("rust{}", n % 7)),
            ]
        })
        .collect();
    client.send_together(&requests).await;
    let mut in_order = 0;
    for n in 0..1000 {
        for _ in 0..2 {
            let response = client.receive().await.expect("a reply");
            in_order += usize::from(response.value == format!("v{n}").as_bytes());
        }
    }
    println!("< {in_order} replies in order");
}

async fn errors(address: &str) {
    title("errors");
    let mut client = Client::dial(address).await;
    ask(&mut client, publish("t", "x")).await;
    ask(&mut client, subscribe("t")).await;
    ask(&mut client, unsubscribe("t", 1)).await;
    ask(&mut client, CmdRequest { req_data: None }).await;
    for (what, body) in [
        ("only an unknown field", &b"\x9a\x06\x01x"[..]),
        ("a truncated message", b"\x0a\x05\x0a\x09ab"),
        ("a field number of 0", b"\x00\x00"),
        ("a key that is not UTF-8", b"\x0a\x03\x0a\x01\xff"),
    ] {
        println!("> {what}");
        client
            .send_body(Bytes::from_static(body))
            .await
            .expect("a write");
        reply(&mut client).await;
    }
    ask(&mut client, get("rust")).await;
}

async fn sizes(address: &str) {
    title("sizes");
    let mut client = Client::dial(address).await;
    ask(
        &mut client,
        set("rust large", vec![7; MAX_VALUE_BYTES], 1000),
    )
    .await;
    ask(&mut client, get("rust large")).await;
    ask(
        &mut client,
        set("rust large", vec![8; MAX_VALUE_BYTES + 1], 1000),
    )
    .await;
    let overhead = set("rust large", vec![8; MAX_FRAME_BYTES - 100], 0).encoded_len()
        - (MAX_FRAME_BYTES - 100);
    let largest = set("rust large", vec![8; MAX_FRAME_BYTES - overhead], 0);
    println!("> a frame of {} bytes", largest.encoded_len());
    client.send(&largest).await;
    reply(&mut client).await;
    ask(&mut client, get("rust large")).await;

    let mut codec = LengthDelimitedCodec::new();
    codec.set_max_frame_length(2 * MAX_FRAME_BYTES);
    let mut greedy = Client::dial_with(address, codec).await;
    println!("> a frame of {} bytes", MAX_FRAME_BYTES + 1);
    // The server ends the connection at the length; how much it has taken by then is chance.
    let _ = greedy.send_body(vec![8; MAX_FRAME_BYTES + 1].into()).await;
    reply(&mut greedy).await;
    ask(&mut client, get("rust")).await;
}

async fn ends(address: &str) {
    title("an end after two requests");
    let mut client = Client::dial(address).await;
    client
        .send_together(&[set("rust", "last", 1000), get("rust")])
        .await;
    client.end().await;
    for _ in 0..3 {
        reply(&mut client).await;
    }
}

async fn topics(address: &str) {
    title("topics");
    let mut client = Client::dial(address).await;
    let mut other = Client::dial(address).await;
    ask(&mut client, publish("ticks", "nobody hears it")).await;
    ask(&mut client, subscribe("ticks")).await;
    ask(&mut client, subscribe("tocks")).await;
    ask(&mut client, subscribe("ticks")).await;
    ask(&mut other, publish("ticks", "one")).await;
    ask(&mut other, publish("tocks", "two")).await;
    ask(&mut other, publish("else", "three")).await;
    title("what the first client hears");
    reply(&mut client).await;
    reply(&mut client).await;
    ask(&mut client, unsubscribe("ticks", 9)).await;
    ask(&mut client, unsubscribe("ticks", 1)).await;
    ask(&mut other, publish("ticks", "not heard")).await;
    ask(&mut other, publish("tocks", "")).await;
    reply(&mut client).await;
    ask(&mut client, get("ticks")).await;
    for n in 0..100 {
        other.send(&publish("tocks", "many")).await;
        if n % 10 == 0 {
            client.send(&get("ticks")).await;
        }
    }
    let mut heard = (0, 0);
    while heard != (100, 10) {
        let response = client.receive().await.expect("a push or a reply");
        match response.message.as_str() {
            "tocks" => heard.0 += 1,
            _ => heard.1 += 1,
        }
    }
    println!("< {} pushes between {} replies", heard.0, heard.1);
}
