//! The tour of lesson 3: every part on this machine, alone, on loopback, in a few seconds.
//!
//! `just lesson 3` plays all of it, `just lesson 3 --list` names the parts, `just lesson 3 steps` plays one.

// `::tour` is the crate by which all lessons speak; this one is the lesson's own.
mod tour;

use std::process::ExitCode;

use ::tour::{Part, Tour};

fn main() -> ExitCode {
    use tour::{
        backlog, chat, crowd, datagrams, families, half_close, hostile, http, nagle, reuse, steps,
        stream, timeouts,
    };

    Tour::new(3, "Sockets: talking over TCP")
        .chapter("book/src/3-sockets.md")
        .part(
            Part::new(
                "steps",
                "The six calls of a server and the four of a client",
                "A socket is a handle, a small number, by which the system knows one end of a \
                 conversation. Server: socket, bind, listen, accept, then recv and send. \
                 Client: socket, connect, then send and recv.",
                steps::play,
            )
            .predict(
                "The client sends 6 bytes, then 5, and reads only after that, once. How many bytes does that recv bring?",
            ),
        )
        .part(
            Part::new(
                "backlog",
                "The system says yes before the program does",
                "After listen the system shakes hands in the server's name. A finished connection \
                 waits in a queue, the backlog, until the program calls accept.",
                backlog::play,
            )
            .predict("A server has called listen and never calls accept. What does connect do?"),
        )
        .part(
            Part::new(
                "families",
                "Only the address changes from IPv4 to IPv6 to Unix",
                "The first call chooses two things: the family, which is what an address looks \
                 like, and the type, which is what happens to the bytes.",
                families::play,
            )
            .predict("Which is the quickest way for two programs on one machine to talk?"),
        )
        .part(
            Part::new(
                "stream",
                "One send is not one recv",
                "TCP keeps every byte and their order, and nothing else. Where a message ends is \
                 for the two programs to agree.",
                stream::play,
            )
            .predict("Three lines are sent by three calls, and then comes one recv. What does it bring?"),
        )
        .part(
            Part::new(
                "datagrams",
                "A datagram comes whole, or late, or twice, or not at all",
                "UDP keeps each message in one piece and promises nothing more. On one machine \
                 hardly anything gets lost, so a proxy stands between and makes bad weather.",
                datagrams::play,
            )
            .predict("You send a datagram to a port where nobody listens. Does send fail?"),
        )
        .part(
            Part::new(
                "half-close",
                "\"I have said everything\" is not \"I am gone\"",
                "A connection has two directions, and each can end alone. shutdown(write) ends \
                 one: the other side reads to the end and can still answer.",
                half_close::play,
            )
            .predict("A server reads to the end and then answers. How does it know the end?"),
        )
        .part(
            Part::new(
                "timeouts",
                "A timeout is not a deadline",
                "A read timeout bounds each wait, not their sum. A server that sends a byte now \
                 and then keeps every wait short and the whole endless.",
                timeouts::play,
            )
            .predict(
                "A server sends 40 bytes, one each 20 ms. The read timeout is 200 ms. What happens?",
            ),
        )
        .part(
            Part::new(
                "nagle",
                "Two small sends can cost 40 ms",
                "Nagle's algorithm holds a small send back until the one before is acknowledged, \
                 and the other side delays acknowledgements in the hope of sending them along \
                 with an answer. Each waits for the other.",
                nagle::play,
            )
            .predict("Header and body, sent by two calls or by one: does it matter on one machine?"),
        )
        .part(
            Part::new(
                "reuse",
                "A port rests after the conversation",
                "Who closes first keeps the connection's name for a minute, in TIME_WAIT, so that \
                 late packets of the old conversation do not end up in a new one. SO_REUSEADDR \
                 says that a server may take its port again all the same.",
                reuse::play,
            )
            .predict("You stop your server and start it again at once. Does bind succeed?"),
        )
        .part(
            Part::new(
                "http",
                "HTTP is text over a socket, until it is not",
                "A GET is a line, some headers and an empty line. One can send it by hand, and a \
                 look at the answers shows why nobody does that twice.",
                http::play,
            )
            .predict("How does the client know where the body ends?"),
        )
        .part(
            Part::new(
                "chat",
                "One client that never reads costs the others nothing",
                "The server never writes straight into a socket. Each client has an outbox of \
                 bounded size; whoever lets it overflow is let go, with a reason.",
                chat::play,
            )
            .predict("Three clients read, one never does. How much later do the three get a message?"),
        )
        .part(
            Part::new(
                "hostile",
                "Every byte comes from a stranger",
                "A server must outlive whatever is sent to it, and pass nothing on that would \
                 harm another client's terminal.",
                hostile::play,
            )
            .predict("What does a terminal do that is sent the bytes ESC [ 2 J?"),
        )
        .part(
            Part::new(
                "crowd",
                "A thread for each client stops paying",
                "Idle clients cost a thread its stack and the scheduler its attention. One \
                 thread that asks the system who is ready holds them all.",
                crowd::play,
            )
            .predict("500 clients are connected and silent. How many threads does each engine have?"),
        )
        .play()
}
