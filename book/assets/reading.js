// Two small repairs to mdBook's pages. Neither loads anything.
'use strict';

// mdBook turns the page on the left and right arrow keys wherever the reader is, even when the keys
// should move through a wide listing, a text field or the answers of a quiz. While the focus or the
// selection is in one of these places, the key belongs to the place. A click on a listing puts the
// selection there, a click on the text beside it takes it away again.
(function keepArrowKeysWhileReadingCode() {
    const PLACES = 'pre, code, .table-wrapper, .quiz-placeholder, '
        + 'input, textarea, select, [contenteditable]';

    function isInPlace(node) {
        const element = node instanceof Element ? node : node?.parentElement;
        return Boolean(element?.closest(PLACES));
    }

    // The capture phase comes before mdBook's own listener, which waits on `document` too.
    document.addEventListener('keydown', event => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') {
            return;
        }
        const selection = document.getSelection();
        const held = [event.target, document.activeElement, selection?.anchorNode, selection?.focusNode];
        if (held.some(isInPlace)) {
            event.stopPropagation();
        }
    }, { capture: true });
})();

// mdBook writes the book's title as a second <h1> above each page's own. A page has one main
// heading, and a screen reader should read the page's. A click on the title still goes to the top.
(function leaveOneMainHeading() {
    const heading = document.querySelector('h1.menu-title');
    if (!heading) {
        return;
    }
    const title = document.createElement('div');
    title.className = heading.className;
    title.textContent = heading.textContent;
    title.addEventListener('click', () => {
        document.scrollingElement.scrollTo({ top: 0, behavior: 'smooth' });
    });
    heading.replaceWith(title);
})();
