import Crypto
import Practice

/// How charts look: colours that people with any kind of colour vision tell apart (Okabe and Ito, 2008), on a light ground
/// or a dark one, and never colour alone: lines differ in dashes and marks as well, bars in hatching.
enum ChartStyle {
    /// How many series can be told apart.
    static let seriesCount = 5

    static let text = """
        svg{max-width:56rem}
        text{font-family:system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;fill:#1d2430}
        .title{font-size:20px;font-weight:600}
        .heading{font-size:14px;font-weight:600}
        .label{font-size:12px}
        .quiet{font-size:12px;fill:#59636f}
        .ground{fill:#fff}
        .grid{stroke:#dfe3e8;stroke-width:1}
        .axis{stroke:#59636f;stroke-width:1}
        .line{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
        .mark{stroke-width:1.6}
        .d1{stroke-dasharray:7 4}.d2{stroke-dasharray:2 4}.d3{stroke-dasharray:10 4 2 4}.d4{stroke-dasharray:14 5}
        .c0{stroke:#0072b2;fill:#0072b2}.c1{stroke:#b34700;fill:#b34700}.c2{stroke:#007a5a;fill:#007a5a}
        .c3{stroke:#a3427d;fill:#a3427d}.c4{stroke:#5b5f66;fill:#5b5f66}
        .open{fill:#fff}
        .bar{fill:#0072b2;stroke:#0072b2;stroke-width:1}
        .hatched{fill:url(#hatch);stroke:#0072b2;stroke-width:1}
        .thread{stroke:#0072b2;stroke-width:2}
        .line.c0,.line.c1,.line.c2,.line.c3,.line.c4{fill:none}
        @media (prefers-color-scheme:dark){
        text{fill:#eceff3}.quiet{fill:#a9b2bd}.ground{fill:#14181e}.grid{stroke:#2c343e}.axis{stroke:#a9b2bd}
        .c0{stroke:#56b4e9;fill:#56b4e9}.c1{stroke:#e69f00;fill:#e69f00}.c2{stroke:#2fc49a;fill:#2fc49a}
        .c3{stroke:#e08bbd;fill:#e08bbd}.c4{stroke:#c3c8ce;fill:#c3c8ce}
        .open{fill:#14181e}.bar{fill:#56b4e9;stroke:#56b4e9}.hatched{stroke:#56b4e9}.thread{stroke:#56b4e9}
        .line.c0,.line.c1,.line.c2,.line.c3,.line.c4{fill:none}}
        """

    /// Nothing runs and nothing is fetched; of style, the text above alone counts (CSP 3, 2.3.1).
    static let contentSecurityPolicy =
        "default-src 'none'; style-src 'sha256-\(Base64URL.encode(SHA256.hash(data: Array(text.utf8))))='; "
        + "frame-ancestors 'none'; sandbox"
}
