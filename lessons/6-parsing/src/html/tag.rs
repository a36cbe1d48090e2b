//! The names of elements, and what the standard says of each.

/// Declares [`Tag`], one variant for each name that the rules tell apart.
macro_rules! tags {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// The name of an element, as far as a rule asks for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each variant is the element of its name")]
        pub enum Tag { $($variant,)* Other }

        impl Tag {
            /// Returns the tag of a name in any case.
            pub fn of(name: &str) -> Self {
                let mut small = [0_u8; 12];
                let Some(small) = small.get_mut(..name.len()) else {
                    return Self::Other;
                };
                small.copy_from_slice(name.as_bytes());
                small.make_ascii_lowercase();
                match &*small {
                    $($name => Self::$variant,)*
                    _ => Self::Other,
                }
            }
        }
    };
}

tags! {
    A b"a", Abbr b"abbr", Address b"address", Applet b"applet", Area b"area", Article b"article",
    Aside b"aside", B b"b", Base b"base", Basefont b"basefont", Bgsound b"bgsound", Big b"big",
    Blockquote b"blockquote", Body b"body", Br b"br", Button b"button", Caption b"caption",
    Center b"center", Code b"code", Col b"col", Colgroup b"colgroup", Dd b"dd", Desc b"desc",
    Details b"details", Dialog b"dialog", Dir b"dir", Div b"div", Dl b"dl", Dt b"dt", Em b"em",
    Embed b"embed", Fieldset b"fieldset", Figcaption b"figcaption", Figure b"figure", Font b"font",
    Footer b"footer", ForeignObject b"foreignobject", Form b"form", Frame b"frame",
    Frameset b"frameset", H1 b"h1", H2 b"h2", H3 b"h3", H4 b"h4", H5 b"h5", H6 b"h6", Head b"head",
    Header b"header", Hgroup b"hgroup", Hr b"hr", Html b"html", I b"i", Iframe b"iframe", Img b"img",
    Image b"image", Input b"input", Keygen b"keygen", Li b"li", Link b"link", Listing b"listing",
    Main b"main", Marquee b"marquee", Math b"math", Menu b"menu", Meta b"meta", Nav b"nav",
    Nobr b"nobr", Noembed b"noembed", Noframes b"noframes", Noscript b"noscript", Object b"object",
    Ol b"ol", Optgroup b"optgroup", Option b"option", P b"p", Param b"param",
    Plaintext b"plaintext", Pre b"pre", S b"s", Script b"script", Search b"search",
    Section b"section", Select b"select", Small b"small", Source b"source", Span b"span",
    Strike b"strike", Strong b"strong", Style b"style", Summary b"summary", Svg b"svg",
    Table b"table", Tbody b"tbody", Td b"td", Template b"template", Textarea b"textarea",
    Tfoot b"tfoot", Th b"th", Thead b"thead", Time b"time", Title b"title", Tr b"tr",
    Track b"track", Tt b"tt", U b"u", Ul b"ul", Wbr b"wbr", Xmp b"xmp",
}

use Tag::*;

impl Tag {
    /// Elements that never have anything inside.
    pub fn is_void(self) -> bool {
        matches!(
            self,
            Area | Base
                | Basefont
                | Bgsound
                | Br
                | Col
                | Embed
                | Frame
                | Hr
                | Img
                | Image
                | Input
                | Keygen
                | Link
                | Meta
                | Param
                | Source
                | Track
                | Wbr
        )
    }

    /// `h1` to `h6`.
    pub fn is_heading(self) -> bool {
        self.level() > 0
    }

    /// The level of a heading; 0 for what is none.
    pub fn level(self) -> u8 {
        match self {
            H1 => 1,
            H2 => 2,
            H3 => 3,
            H4 => 4,
            H5 => 5,
            H6 => 6,
            _ => 0,
        }
    }

    /// Elements that change how letters look. They may overlap: `<b><i></b></i>`.
    pub fn is_formatting(self) -> bool {
        matches!(
            self,
            A | B | Big | Code | Em | Font | I | Nobr | S | Small | Strike | Strong | Tt | U
        )
    }

    /// Elements whose start ends an open paragraph.
    pub fn ends_paragraph(self) -> bool {
        self.is_heading()
            || matches!(
                self,
                Address
                    | Article
                    | Aside
                    | Blockquote
                    | Center
                    | Dd
                    | Details
                    | Dialog
                    | Dir
                    | Div
                    | Dl
                    | Dt
                    | Fieldset
                    | Figcaption
                    | Figure
                    | Footer
                    | Form
                    | Header
                    | Hgroup
                    | Hr
                    | Li
                    | Listing
                    | Main
                    | Menu
                    | Nav
                    | Ol
                    | P
                    | Plaintext
                    | Pre
                    | Search
                    | Section
                    | Summary
                    | Table
                    | Ul
                    | Xmp
            )
    }

    /// Elements that an end tag of another name does not reach through.
    pub fn is_special(self) -> bool {
        self.ends_paragraph()
            || self.is_scope()
            || matches!(
                self,
                Body | Button
                    | Colgroup
                    | Frameset
                    | Head
                    | Iframe
                    | Noembed
                    | Noframes
                    | Noscript
                    | Script
                    | Select
                    | Style
                    | Tbody
                    | Textarea
                    | Tfoot
                    | Thead
                    | Title
                    | Tr
            )
    }

    /// Elements that an end tag never reaches out of.
    pub fn is_scope(self) -> bool {
        matches!(
            self,
            Applet
                | Caption
                | Html
                | Table
                | Td
                | Th
                | Marquee
                | Object
                | Template
                | Svg
                | Math
                | ForeignObject
                | Desc
        )
    }

    /// Elements that stand on lines of their own.
    pub fn is_block(self) -> bool {
        self.ends_paragraph()
            || matches!(
                self,
                Body | Br | Caption | Html | Tbody | Td | Tfoot | Th | Thead | Tr | Option | Title
            )
    }

    /// Elements whose text no reader sees on the page.
    pub fn is_hidden(self) -> bool {
        matches!(
            self,
            Script
                | Style
                | Noscript
                | Template
                | Button
                | Select
                | Textarea
                | Svg
                | Math
                | Iframe
                | Noembed
                | Noframes
                | Title
                | Object
                | Applet
        )
    }

    /// HTML elements that end `<svg>` and `<math>`, in which they cannot stand.
    pub fn breaks_out(self) -> bool {
        self.is_heading()
            || matches!(
                self,
                B | Big
                    | Blockquote
                    | Body
                    | Br
                    | Center
                    | Code
                    | Dd
                    | Div
                    | Dl
                    | Dt
                    | Em
                    | Embed
                    | Head
                    | Hr
                    | I
                    | Img
                    | Li
                    | Listing
                    | Menu
                    | Meta
                    | Nobr
                    | Ol
                    | P
                    | Pre
                    | S
                    | Small
                    | Span
                    | Strong
                    | Strike
                    | Table
                    | Tt
                    | U
                    | Ul
            )
    }
}
