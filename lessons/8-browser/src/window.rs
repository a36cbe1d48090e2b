//! Windows, and the dialogs that stand in their way.

use serde_json::json;

use crate::error::Error;
use crate::session::Session;

/// A window or a tab, by the driver's name for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Window(String);

impl Session {
    /// Returns the window that commands go to.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoSuchWindow`](crate::Refusal::NoSuchWindow) when it has been closed.
    pub fn window(&self) -> Result<Window, Error> {
        self.text_of("/window").map(Window)
    }

    /// Returns all windows. A page may open more of them, and they do not come to the front by themselves.
    ///
    /// # Errors
    ///
    /// When the browser is gone.
    pub fn windows(&self) -> Result<Vec<Window>, Error> {
        let answer = self.get("/window/handles")?;
        let handles = answer.as_array().map(Vec::as_slice).unwrap_or_default();
        let names = handles.iter().filter_map(|handle| handle.as_str());
        Ok(names.map(|name| Window(name.to_owned())).collect())
    }

    /// Sends the commands that follow to this window.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoSuchWindow`](crate::Refusal::NoSuchWindow) when it has been closed.
    pub fn switch_to(&self, window: &Window) -> Result<(), Error> {
        self.post("/window", &json!({ "handle": window.0 }))
            .map(drop)
    }

    /// Closes the window that commands go to. They go nowhere until [`Session::switch_to`].
    ///
    /// # Errors
    ///
    /// When it has been closed already.
    pub fn close_window(&self) -> Result<(), Error> {
        self.delete("/window").map(drop)
    }

    /// Returns what the open dialog says. While one is open, everything else is refused.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoSuchAlert`](crate::Refusal::NoSuchAlert) when none is open, as for all of these.
    pub fn dialog_text(&self) -> Result<String, Error> {
        self.text_of("/alert/text")
    }

    /// Says OK to the open dialog.
    ///
    /// # Errors
    ///
    /// As [`Session::dialog_text`].
    pub fn accept_dialog(&self) -> Result<(), Error> {
        self.post("/alert/accept", &json!({})).map(drop)
    }

    /// Says Cancel to the open dialog.
    ///
    /// # Errors
    ///
    /// As [`Session::dialog_text`].
    pub fn dismiss_dialog(&self) -> Result<(), Error> {
        self.post("/alert/dismiss", &json!({})).map(drop)
    }

    /// Types into the open dialog and says OK.
    ///
    /// # Errors
    ///
    /// As [`Session::dialog_text`], and when it asks for no text.
    pub fn answer_dialog(&self, text: &str) -> Result<(), Error> {
        self.post("/alert/text", &json!({ "text": text }))?;
        self.accept_dialog()
    }
}
