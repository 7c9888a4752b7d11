"""Files of others, read into questions: Word, Excel, text, and the exchange formats. No application, no database."""
