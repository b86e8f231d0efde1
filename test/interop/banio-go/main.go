// A BanIO client on Go's own gob, zlib and AES. It talks to a server and prints what it saw; a test
// compares that with transcript.txt.
//
// Usage: banio-go ADDRESS [HEX_KEY]
package main

import (
	"bytes"
	"compress/zlib"
	"crypto/rand"
	"encoding/gob"
	"fmt"
	"io"
	"math"
	"math/big"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// KeyVal is the payload of onSetVal.
type KeyVal struct {
	Key        string
	Val        string
	ExpireSecs int `json:"expireSecs"`
}

var address, hexKey string

func main() {
	address = os.Args[1]
	if len(os.Args) > 2 {
		hexKey = os.Args[2]
	}
	c := dial(address, hexKey)
	heartbeats(c)
	values(c)
	otherStructs(c)
	levels(c)
	largeValues(c)
	broken(c)
	broadcasts(c)
	work(c)
	locks()
}

func title(text string) { fmt.Println("#", text) }

// ask sends a message and prints it with its answer.
func ask(c *Conn, action string, payload any, noEncrypt bool) {
	c.send(action, payload, noEncrypt)
	shown := Received{action, payloadOf(payload), noEncrypt}
	fmt.Printf("> %v\n< %v\n", shown, c.receive())
}

func tell(c *Conn, action string, payload any, noEncrypt bool) {
	c.send(action, payload, noEncrypt)
	fmt.Printf("> %v\n", Received{action, payloadOf(payload), noEncrypt})
}

func heartbeats(c *Conn) {
	title("heartbeats")
	tell(c, "init", "bot-é中", true)
	for _, n := range []int64{0, 1, -1, 1 << 53, 1<<53 + 1, math.MaxInt64 - 1, math.MaxInt64, math.MinInt64} {
		ask(c, "ping", n, true)
	}
	ask(c, "ping", 5, false)
	ask(c, "ping_more", 5, true)
}

func values(c *Conn) {
	title("values")
	ask(c, "onGetVal", "go_none", false)
	tell(c, "onSetVal", KeyVal{"go_key", "<html> & \u2028 é中\x00", 0}, false)
	ask(c, "onGetVal", "go_key", false)
	ask(c, "onGetVal", strconv.Quote("go_key"), false)
	tell(c, "onSetVal", map[string]any{"KEY": "go_key", "val": "other case", "EXPIRESECS": 3600}, false)
	ask(c, "onGetVal", "go_key", false)
	tell(c, "onSetVal", KeyVal{"go_key", "", 0}, false)
	ask(c, "onGetVal", "go_key", false)
}

type inner struct {
	A int
	B *inner
}

// otherStructs sends pings as structs that only share their fields' names with BanIO's.
func otherStructs(c *Conn) {
	title("other structs")
	data := c.data([]byte("41"), zlib.DefaultCompression, false)
	sendAs := func(name string, message any) {
		c.sendGob(message)
		fmt.Printf("> ping as %s\n< %v\n", name, c.receive())
	}
	sendAs("a struct without NoEncrypt", struct {
		Action string
		Data   []byte
	}{"ping", data})
	sendAs("a struct in another order", struct {
		NoEncrypt bool
		Data      []byte
		Action    string
	}{false, data, "ping"})
	gob.Register(inner{})
	gob.Register([]any{})
	gob.Register(time.Time{})
	sendAs("a struct with more of every kind", struct {
		I      int64
		Action string
		U      uint64
		F      float64
		C      complex128
		T      time.Time
		N      *big.Int
		A      [2][2]string
		S      []inner
		M      map[string]map[int]bool
		P      *inner
		X      any
		Y      []any
		Data   []byte
		Z      any
	}{
		math.MinInt64, "ping", math.MaxUint64, -0.1, complex(1, -1), time.Unix(1, 1), big.NewInt(1 << 62),
		[2][2]string{{"a"}}, []inner{{1, nil}, {0, &inner{2, nil}}}, map[string]map[int]bool{"k": {1: true}},
		&inner{1, &inner{2, &inner{}}}, []any{1, nil, inner{3, nil}}, []any{nil, "x", []any{inner{}, time.Unix(2, 2)}},
		data, time.Unix(3, 3),
	})
	// An encoder that has sent before leaves out the definition, which a receiver cannot make up for.
	var body bytes.Buffer
	encoder := gob.NewEncoder(&body)
	check(encoder.Encode(IOMsgRaw{"ping", data, false}))
	body.Reset()
	check(encoder.Encode(IOMsgRaw{"ping", data, false}))
	c.sendBody(body.Bytes())
	fmt.Println("> ping without a definition")
	ask(c, "ping", 1, true)
}

func levels(c *Conn) {
	title("levels of compression")
	text := []byte(strconv.Itoa(123456789))
	for _, level := range []int{zlib.NoCompression, zlib.BestSpeed, zlib.BestCompression, zlib.HuffmanOnly} {
		c.sendGob(IOMsgRaw{"ping", c.data(text, level, false), false})
		fmt.Printf("> ping at level %d\n< %v\n", level, c.receive())
	}
}

func largeValues(c *Conn) {
	title("large values")
	for _, size := range []int{127, 128, 255, 256, 65535, 65536, 700_000} {
		noise := make([]byte, size/2+1)
		_, err := io.ReadFull(rand.Reader, noise)
		check(err)
		value := fmt.Sprintf("%x", noise)[:size]
		c.send("onSetVal", KeyVal{"go_large", value, 0}, false)
		c.send("onGetVal", "go_large", false)
		answer := c.receive()
		fmt.Printf("%d bytes: same %v\n", size, string(answer.Payload) == value)
	}
	tell(c, "onSetVal", KeyVal{"go_large", "", 0}, false)
}

func broken(c *Conn) {
	title("broken messages")
	c.sendBody(nil)
	c.sendBody([]byte{1, 2, 3})
	c.sendGob(struct{ Foo string }{"x"})
	c.sendGob(struct{ Action, Data string }{"ping", "1"})
	c.sendGob("just text")
	c.sendGob(IOMsgRaw{"onGetVal", c.seal([]byte("no zlib")), false})
	bomb := deflate(make([]byte, 64<<20), zlib.BestCompression)
	c.sendGob(IOMsgRaw{"onGetVal", c.seal(bomb), false})
	fmt.Println("> seven of them")
	ask(c, "ping", 7, true)
}

func broadcasts(c *Conn) {
	title("broadcasts")
	other := dial(address, hexKey)
	tell(c, "subscribe", []string{"go_price", "go_more"}, false)
	ask(c, "ping", 1, true)
	// The server broadcasts what it is sent here, and answers with the count of receivers.
	other.send("test_broadcast", map[string]any{"action": "go_price", "data": map[string]float64{"BTC/USDT:USDT": 64250.5}}, false)
	fmt.Printf("< %v\n< to the other: %v\n", c.receive(), other.receive())
	tell(c, "unsubscribe", []string{"go_price"}, false)
	ask(c, "ping", 1, true)
	other.send("test_broadcast", map[string]any{"action": "go_price", "data": 1}, false)
	fmt.Printf("< to the other: %v\n", other.receive())
	check(other.conn.Close())
}

func work(c *Conn) {
	title("work")
	// The server asks the one with this tag, and answers with the result.
	tell(c, "subscribe", []string{"go_work"}, false)
	ask(c, "ping", 1, true)
	other := dial(address, hexKey)
	other.send("test_request", map[string]any{"tag": "go_work", "id": "go_job"}, false)
	fmt.Printf("< %v\n", c.receive())
	tell(c, "__res__go_job", map[string]any{"ok": true}, false)
	tell(c, "__res__go_job", "too late", false)
	fmt.Printf("< to the other: %v\n", other.receive())
	ask(c, "ping", 1, true)
	check(other.conn.Close())
}

// locks takes a net lock as bots do: get, and set when it was empty.
func locks() {
	title("net locks")
	const rounds = 25
	var group sync.WaitGroup
	var holders, most, taken atomic.Int64
	for worker := 0; worker < 4; worker++ {
		group.Add(1)
		go func(worker int) {
			defer group.Done()
			c := dial(address, hexKey)
			for round := 0; round < rounds; round++ {
				value := strconv.Itoa(worker*1000 + round + 1)
				for c.get("lock_go") != "" {
					time.Sleep(10 * time.Microsecond)
				}
				c.send("onSetVal", KeyVal{"lock_go", value, 0}, false)
				if now := holders.Add(1); now > most.Load() {
					most.Store(now)
				}
				taken.Add(1)
				// Given back only if it is still ours.
				mine := c.get("lock_go") == value
				holders.Add(-1)
				if mine {
					c.send("onSetVal", KeyVal{"lock_go", "", 0}, false)
				}
			}
			check(c.conn.Close())
		}(worker)
	}
	group.Wait()
	fmt.Printf("taken %d times, at most %d at once\n", taken.Load(), most.Load())
}

func (c *Conn) get(key string) string {
	c.send("onGetVal", key, false)
	answer := c.receive()
	if !strings.HasPrefix(answer.Action, "__res__"+key) {
		panic("not the answer to " + key + ": " + answer.Action)
	}
	return string(answer.Payload)
}
