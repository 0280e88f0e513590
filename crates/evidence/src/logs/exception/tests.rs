//! Traces as the runtimes of an invented till print them.

use proptest::prelude::*;

use super::*;

fn told(message: &str) -> (String, Option<String>, Option<String>) {
    let found = read(message).unwrap_or_default();
    (found.root, found.outer, found.frame)
}

fn expect(message: &str, root: &str, outer: Option<&str>, frame: Option<&str>) {
    assert_eq!(told(message), (root.to_owned(), outer.map(str::to_owned), frame.map(str::to_owned)), "{message}");
}

#[test]
fn java_names_its_innermost_cause_last() {
    expect(
        "ERROR o.a.c.c.C.[dispatcherServlet] - Servlet.service() threw exception\n\
         org.till.TillException: cannot pay; nested exception is java.net.ConnectException\n\
         \tat org.till.Pay.charge(Pay.java:40)\n\
         Caused by: org.springframework.web.client.ResourceAccessException: I/O error\n\
         \tat org.springframework.web.client.RestTemplate.doExecute(RestTemplate.java:785)\n\
         \t... 12 more\n\
         Caused by: java.net.ConnectException: Connection refused\n\
         \tat java.base/sun.nio.ch.Net.pollConnect(Native Method)\n\
         \tat org.till.Wire.open(Wire.java:7)\n\
         \t... 9 more",
        "java.net.ConnectException",
        Some("org.till.TillException"),
        Some("org.till.Wire.open(Wire.java:7)"),
    );
    expect(
        "Exception in thread \"main\" java.lang.NullPointerException\n\tat org.till.Main.main(Main.java:3)",
        "java.lang.NullPointerException",
        None,
        Some("org.till.Main.main(Main.java:3)"),
    );
}

#[test]
fn python_names_its_innermost_cause_first() {
    expect(
        "ERROR:till:sale failed\n\
         Traceback (most recent call last):\n\
         \x20 File \"/app/till.py\", line 10, in sale\n\
         \x20   conn.open()\n\
         \x20 File \"/usr/lib/python3.11/site-packages/store/conn.py\", line 3, in open\n\
         \x20   raise RefusedError(1)\n\
         store.errors.RefusedError: refused\n\
         \n\
         During handling of the above exception, another exception occurred:\n\
         \n\
         Traceback (most recent call last):\n\
         \x20 File \"/app/main.py\", line 5, in run\n\
         \x20   sale()\n\
         till.SaleError: no sale",
        "store.errors.RefusedError",
        Some("till.SaleError"),
        Some("File \"/app/till.py\", line 10, in sale"),
    );
    expect(
        "Traceback (most recent call last):\n  File \"/app/a.py\", line 1, in f\n    x()\nKeyError: 'price'",
        "KeyError",
        None,
        Some("File \"/app/a.py\", line 1, in f"),
    );
}

#[test]
fn go_panics_with_what_they_say() {
    expect(
        "panic: runtime error: invalid memory address or nil pointer dereference\n\
         [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x6]\n\
         \n\
         goroutine 21 [running]:\n\
         panic({0x6d, 0x7})\n\
         \t/usr/local/go/src/runtime/panic.go:884 +0x212\n\
         main.(*till).Sale(0xc0000b2000)\n\
         \t/src/main.go:88 +0x1d",
        "panic nil-pointer",
        None,
        Some("main.(*till).Sale(0xc0000b2000)"),
    );
}

#[test]
fn dotnet_names_causes_after_arrows() {
    expect(
        "Till.SaleException: sale failed ---> Grpc.Core.RpcException: Status(StatusCode=Unavailable)\n\
         \x20  at Grpc.Net.Client.Internal.GrpcCall.Get()\n\
         \x20  at Till.Wire.Send(String order) in /src/Wire.cs:line 12\n\
         \x20  --- End of inner exception stack trace ---\n\
         \x20  at Till.Sale.Run() in /src/Sale.cs:line 30",
        "Grpc.Core.RpcException",
        Some("Till.SaleException"),
        Some("Till.Wire.Send(String order) in /src/Wire.cs:line 12"),
    );
    expect(
        "fail: Till[0]\nSystem.AggregateException: One or more errors occurred.\n ---> StackExchange.Redis.RedisTimeoutException: Timeout\n   at Till.A.B()",
        "StackExchange.Redis.RedisTimeoutException",
        Some("System.AggregateException"),
        Some("Till.A.B()"),
    );
}

#[test]
fn node_and_rust() {
    expect(
        "TypeError: Cannot read properties of undefined (reading 'price')\n\
         \x20   at Object.get (/app/node_modules/wire/index.js:3:1)\n\
         \x20   at sale (/app/till.js:10:5)\n\
         \x20   at processTicksAndRejections (node:internal/process/task_queues:96:5)",
        "TypeError",
        None,
        Some("sale (/app/till.js:10:5)"),
    );
    expect("thread 'main' panicked at src/main.rs:3:5:\nindex out of bounds", "panic", None, None);
}

#[test]
fn ordinary_messages_have_none() {
    for message in [
        "",
        "ERROR no item 7",
        "Error: it failed",
        "Timeout after 3 s",
        "at noon the till closes",
        "Failure",
        "user Error page",
        "no exceptions so far",
        "PanicButton: pressed",
        "INFO Exception list is empty",
    ] {
        assert_eq!(read(message), None, "{message}");
    }
}

#[test]
fn lines_of_a_trace_are_told_from_messages() {
    for text in [
        "\tat org.till.Pay.charge(Pay.java:40)",
        "Caused by: org.till.TillException: x",
        "   ... 12 more",
        "    at sale (/app/till.js:10:5)",
        "goroutine 21 [running]:",
        "  File \"/app/a.py\", line 1, in f",
        "main.main()",
        "   --- End of inner exception stack trace ---",
    ] {
        assert!(continues(text, || true, true), "{text}");
    }
    for text in ["ERROR no item 7", "at noon the till closes", "ERROR KeyError: 'price'", "done", "main.main()"] {
        assert!(!continues(text, || false, false), "{text}");
    }
}

proptest! {
    #[test]
    fn arbitrary_messages_never_panic(text in "(Caused by: |Traceback|panic: |\tat |File \"|[a-zA-Z.\\n ]|ä){0,60}") {
        let _ = (read(&text), continues(&text, || true, false), is_frame(&text));
    }
}
