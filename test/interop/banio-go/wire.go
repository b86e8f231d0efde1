package main

import (
	"bytes"
	"compress/zlib"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"time"
)

// IOMsgRaw is BanIO's message. Its field names are what matters on the wire.
type IOMsgRaw struct {
	Action    string
	Data      []byte
	NoEncrypt bool
}

const readTimeout = 10 * time.Second

// Conn is one BanIO connection. A nil aead means that it has no key.
type Conn struct {
	conn net.Conn
	aead cipher.AEAD
}

func dial(address, hexKey string) *Conn {
	conn, err := net.Dial("tcp", address)
	check(err)
	if hexKey == "" {
		return &Conn{conn: conn}
	}
	key, err := hex.DecodeString(hexKey)
	check(err)
	block, err := aes.NewCipher(key)
	check(err)
	aead, err := cipher.NewGCM(block)
	check(err)
	return &Conn{conn, aead}
}

// payloadOf gives the bytes of a payload: nil for none, text and bytes as they are, JSON for the rest.
func payloadOf(data any) []byte {
	switch value := data.(type) {
	case nil:
		return nil
	case string:
		return []byte(value)
	case []byte:
		return value
	default:
		text, err := json.Marshal(value)
		check(err)
		return text
	}
}

func deflate(payload []byte, level int) []byte {
	var out bytes.Buffer
	writer, err := zlib.NewWriterLevel(&out, level)
	check(err)
	_, err = writer.Write(payload)
	check(err)
	check(writer.Close())
	return out.Bytes()
}

func (c *Conn) seal(compressed []byte) []byte {
	if c.aead == nil {
		return compressed
	}
	nonce := make([]byte, c.aead.NonceSize())
	_, err := rand.Read(nonce)
	check(err)
	return c.aead.Seal(nonce, nonce, compressed, nil)
}

// sendGob sends any struct as a message, with a fresh encoder.
func (c *Conn) sendGob(message any) {
	var body bytes.Buffer
	check(gob.NewEncoder(&body).Encode(message))
	c.sendBody(body.Bytes())
}

func (c *Conn) sendBody(body []byte) {
	frame := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
	_, err := c.conn.Write(append(frame, body...))
	check(err)
}

// data is what travels for a payload.
func (c *Conn) data(payload []byte, level int, noEncrypt bool) []byte {
	if payload == nil {
		return nil
	}
	compressed := deflate(payload, level)
	if noEncrypt {
		return compressed
	}
	return c.seal(compressed)
}

func (c *Conn) send(action string, payload any, noEncrypt bool) {
	data := c.data(payloadOf(payload), zlib.DefaultCompression, noEncrypt)
	c.sendGob(IOMsgRaw{action, data, noEncrypt})
}

// Received is a message that was opened. Payload is nil when there was none.
type Received struct {
	Action    string
	Payload   []byte
	NoEncrypt bool
}

func (c *Conn) receive() Received {
	check(c.conn.SetReadDeadline(time.Now().Add(readTimeout)))
	var head [4]byte
	_, err := io.ReadFull(c.conn, head[:])
	check(err)
	body := make([]byte, binary.LittleEndian.Uint32(head[:]))
	_, err = io.ReadFull(c.conn, body)
	check(err)
	var message IOMsgRaw
	check(gob.NewDecoder(bytes.NewReader(body)).Decode(&message))
	result := Received{message.Action, nil, message.NoEncrypt}
	if len(message.Data) == 0 {
		return result
	}
	compressed := message.Data
	if c.aead != nil && !message.NoEncrypt {
		size := c.aead.NonceSize()
		compressed, err = c.aead.Open(nil, compressed[:size], compressed[size:], nil)
		check(err)
	}
	reader, err := zlib.NewReader(bytes.NewReader(compressed))
	check(err)
	result.Payload, err = io.ReadAll(reader)
	check(err)
	if result.Payload == nil {
		result.Payload = []byte{}
	}
	return result
}

func (r Received) String() string {
	payload := "no payload"
	if r.Payload != nil {
		payload = fmt.Sprintf("%q", r.Payload)
	}
	if len(payload) > 100 {
		payload = fmt.Sprintf("%d bytes", len(r.Payload))
	}
	if r.NoEncrypt {
		payload += " plain"
	}
	return r.Action + " " + payload
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
