//! The crate's own client, as its users use it.

use crate::shown;
use bytes::Bytes;
use msgtrans::event::ClientEvent;
use msgtrans::packet::CompressionType;
use msgtrans::protocol::{TcpClientConfig, WebSocketClientConfig};
use msgtrans::transport::client::{TransportClient, TransportClientBuilder};
use msgtrans::transport::TransportOptions;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(5);
/// The largest payload on TCP.
const MAX_PAYLOAD_BYTES: usize = 1024 * 1024;
/// What the echo puts before a payload.
const ECHO: &str = "Echo: ";

async fn connect(transport: &str, address: &str) -> (TransportClient, Receiver<ClientEvent>) {
    let builder = TransportClientBuilder::new();
    let builder = match transport {
        "tcp" => builder.with_protocol(TcpClientConfig::new(address).unwrap()),
        _ => builder.with_protocol(WebSocketClientConfig::new(address).unwrap()),
    };
    let mut client = builder.build().await.unwrap();
    let events = client.subscribe_events();
    client.connect().await.unwrap();
    (client, events)
}

/// Prints the next message; a request is answered.
async fn message(events: &mut Receiver<ClientEvent>, answer: &str) {
    loop {
        match timeout(PATIENCE, events.recv()).await.unwrap().unwrap() {
            ClientEvent::MessageReceived(context) => {
                let kind = if context.is_request() { "request" } else { "one-way" };
                println!("< {kind} {} biz {} {}", context.message_id, context.biz_type, shown(&context.data));
                if context.is_request() {
                    println!("> response {answer:?}");
                    context.respond(answer.as_bytes().to_vec());
                }
                return;
            }
            ClientEvent::Disconnected { .. } => panic!("the connection has ended"),
            _ => {}
        }
    }
}

async fn request(client: &TransportClient, payload: &[u8]) {
    println!("> request {}", shown(payload));
    let result = client.request(payload).await.unwrap();
    println!("< response {} {}", result.message_id, shown(&result.data.unwrap()));
}

pub async fn echo(transport: &str, address: &str) {
    let (client, mut events) = connect(transport, address).await;
    println!("# greeted and asked");
    message(&mut events, "").await;
    message(&mut events, "fine, thanks").await;

    println!("# messages and requests");
    println!("> one-way \"hello\"");
    client.send(b"hello").await.unwrap();
    message(&mut events, "").await;
    request(&client, b"what time is it?").await;
    request(&client, b"").await;
    request(&client, &[b'a', 0xff, b'z']).await;

    println!("# with options");
    let options = TransportOptions::new().with_biz_type(7).with_ext_header(Bytes::from_static(b"trace=1"));
    let response = client.request_with_options(Bytes::from_static(b"biz"), options).await.unwrap();
    println!("< response {}", shown(&response));
    let text = "compressed ".repeat(100);
    let options = TransportOptions::new().with_compression(CompressionType::Zlib);
    let response = client.request_with_options(Bytes::from(text.clone()), options).await.unwrap();
    println!("< response as it was: {}", response == format!("{ECHO}{text}"));
    let options = TransportOptions::new().with_compression(CompressionType::Zlib);
    client.send_with_options(Bytes::from_static(b"short"), options).await.unwrap();
    message(&mut events, "").await;
    // Without the crate's feature zstd it says zstd and sends the payload as it is.
    let options = TransportOptions::new().with_compression(CompressionType::Zstd);
    client.send_with_options(Bytes::from_static(b"not compressed"), options).await.unwrap();
    message(&mut events, "").await;

    println!("# large, and many");
    request(&client, &vec![b'x'; MAX_PAYLOAD_BYTES - ECHO.len()]).await;
    let requests = (0..200).map(|n| {
        let client = &client;
        async move {
            let text = format!("request {n}");
            let data = client.request(text.as_bytes()).await.unwrap().data.unwrap();
            usize::from(data == format!("{ECHO}{text}").as_bytes())
        }
    });
    let right: usize = join_all(requests).await.into_iter().sum();
    println!("{right} of 200 requests at once were answered right");
    for n in 0..100 {
        client.send(format!("{n}").as_bytes()).await.unwrap();
    }
    let mut in_order = 0;
    while in_order < 100 {
        let event = timeout(PATIENCE, events.recv()).await.unwrap().unwrap();
        if let ClientEvent::MessageReceived(context) = event {
            assert_eq!(context.as_text_lossy(), format!("{ECHO}{in_order}"));
            in_order += 1;
        }
    }
    println!("{in_order} of 100 messages in a burst came back in order");
    client.disconnect().await.unwrap();
}

/// The server asks the client before it answers.
pub async fn ask(transport: &str, address: &str) {
    let (client, mut events) = connect(transport, address).await;
    println!("# asked before being answered");
    for answer in ["fine", "not so well"] {
        let (_, ()) = tokio::join!(message(&mut events, answer), request(&client, b"ask me"));
    }
    client.disconnect().await.unwrap();
}

async fn join_all<F: std::future::Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = futures.map(Box::pin).collect();
    let mut results: Vec<Option<F::Output>> = pending.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, result) in pending.iter_mut().zip(results.iter_mut()) {
            if result.is_none() {
                if let std::task::Poll::Ready(value) = future.as_mut().poll(context) {
                    *result = Some(value);
                }
            }
        }
        match results.iter().all(Option::is_some) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    results.into_iter().map(Option::unwrap).collect()
}
