//! The messages as `prost` has them, and a connection on tokio's own length-delimited codec.

use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt, StreamExt};
use prost::Message;
use std::fmt;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_util::codec::{Encoder, Framed, LengthDelimitedCodec};

/// No step of the scenario takes longer on any machine that works.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Clone, PartialEq, Message)]
pub struct CmdRequest {
    #[prost(oneof = "ReqData", tags = "1, 2, 3, 4, 5")]
    pub req_data: Option<ReqData>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum ReqData {
    #[prost(message, tag = "1")]
    Get(Get),
    #[prost(message, tag = "2")]
    Set(Set),
    #[prost(message, tag = "3")]
    Publish(Publish),
    #[prost(message, tag = "4")]
    Subscribe(Subscribe),
    #[prost(message, tag = "5")]
    Unsubscribe(Unsubscribe),
}

#[derive(Clone, PartialEq, Message)]
pub struct Get {
    #[prost(string, tag = "1")]
    pub key: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Set {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub value: Bytes,
    #[prost(uint32, tag = "3")]
    pub expire: u32,
}

#[derive(Clone, PartialEq, Message)]
pub struct Publish {
    #[prost(string, tag = "1")]
    pub topic: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub value: Bytes,
}

#[derive(Clone, PartialEq, Message)]
pub struct Subscribe {
    #[prost(string, tag = "1")]
    pub topic: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Unsubscribe {
    #[prost(string, tag = "1")]
    pub topic: String,
    #[prost(uint32, tag = "2")]
    pub id: u32,
}

#[derive(Clone, PartialEq, Message)]
pub struct CmdResponse {
    #[prost(uint32, tag = "1")]
    pub status: u32,
    #[prost(string, tag = "2")]
    pub message: String,
    #[prost(bytes = "bytes", tag = "3")]
    pub value: Bytes,
}

impl fmt::Display for CmdResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {:?} {}",
            self.status,
            self.message,
            shown(&self.value)
        )
    }
}

/// Bytes as a text if they are one, and short if they are long and all the same.
pub fn shown(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        _ if bytes.len() > 40 && bytes.iter().all(|byte| *byte == bytes[0]) => {
            format!("({} bytes, all {})", bytes.len(), bytes[0])
        }
        Ok(text) => format!("{text:?}"),
        Err(_) => format!("{bytes:02x?}"),
    }
}

pub fn get(key: &str) -> CmdRequest {
    request(ReqData::Get(Get { key: key.into() }))
}

pub fn set(key: &str, value: impl Into<Bytes>, expire: u32) -> CmdRequest {
    request(ReqData::Set(Set {
        key: key.into(),
        value: value.into(),
        expire,
    }))
}

pub fn publish(topic: &str, value: &'static str) -> CmdRequest {
    request(ReqData::Publish(Publish {
        topic: topic.into(),
        value: value.into(),
    }))
}

pub fn subscribe(topic: &str) -> CmdRequest {
    request(ReqData::Subscribe(Subscribe {
        topic: topic.into(),
    }))
}

pub fn unsubscribe(topic: &str, id: u32) -> CmdRequest {
    request(ReqData::Unsubscribe(Unsubscribe {
        topic: topic.into(),
        id,
    }))
}

fn request(data: ReqData) -> CmdRequest {
    CmdRequest {
        req_data: Some(data),
    }
}

/// A connection to the server.
pub struct Client {
    framed: Framed<TcpStream, LengthDelimitedCodec>,
}

impl Client {
    /// With the codec's own limit of 8 MiB, as the KV server's client has it.
    pub async fn dial(address: &str) -> Client {
        Client::dial_with(address, LengthDelimitedCodec::new()).await
    }

    pub async fn dial_with(address: &str, codec: LengthDelimitedCodec) -> Client {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Client {
            framed: Framed::new(stream, codec),
        }
    }

    pub async fn send(&mut self, request: &CmdRequest) {
        self.send_body(request.encode_to_vec().into())
            .await
            .expect("a write");
    }

    pub async fn send_body(&mut self, body: Bytes) -> std::io::Result<()> {
        tokio::time::timeout(PATIENCE, self.framed.send(body))
            .await
            .expect("a peer that reads")
    }

    /// All frames in one write.
    pub async fn send_together(&mut self, requests: &[CmdRequest]) {
        for request in requests {
            self.framed
                .feed(request.encode_to_vec().into())
                .await
                .expect("room");
        }
        self.framed.flush().await.expect("a write");
    }

    /// One byte a write.
    pub async fn send_slowly(&mut self, request: &CmdRequest) {
        let mut bytes = BytesMut::new();
        self.framed
            .codec_mut()
            .encode(request.encode_to_vec().into(), &mut bytes)
            .expect("a frame");
        for byte in bytes {
            self.framed
                .get_mut()
                .write_all(&[byte])
                .await
                .expect("a write");
            tokio::task::yield_now().await;
        }
    }

    /// The next reply; none when the server has ended the connection.
    pub async fn receive(&mut self) -> Option<CmdResponse> {
        let frame = tokio::time::timeout(PATIENCE, self.framed.next())
            .await
            .expect("a reply in time");
        // A server that closes while it is written to resets the connection.
        let frame = frame?.ok()?;
        Some(CmdResponse::decode(frame).expect("a CmdResponse"))
    }

    /// The server reads no more requests after this.
    pub async fn end(&mut self) {
        self.framed.get_mut().shutdown().await.expect("an end");
    }
}
