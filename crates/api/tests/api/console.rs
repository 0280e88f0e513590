//! What is not the API is the console's.

use anyhow::Result;
use oriel_testkit::app::TestApp;
use reqwest::Method;

use crate::problem;

#[tokio::test]
async fn pages_are_served_to_everybody_and_only_read() -> Result<()> {
    let app = TestApp::start().await?;
    let nobody = app.nobody()?;
    for path in ["/", "/setup?token=x", "/runs/0199c1f0", "/deep/er"] {
        let page = nobody.bare(Method::GET, path).send().await?;
        // 503 with a page that says so, where the console was not built.
        assert!(matches!(page.status().as_u16(), 200 | 503), "{path}: {}", page.status());
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
        assert!(page.text().await?.contains("<html"));
    }
    problem(nobody.bare(Method::POST, "/").send().await?, 405, "method-not-allowed").await?;
    problem(nobody.bare(Method::GET, "/assets/none.js").send().await?, 404, "not-found").await?;
    problem(nobody.bare(Method::GET, "/assets/..%2f..%2fCargo.toml").send().await?, 404, "not-found").await?;
    app.stop().await
}
