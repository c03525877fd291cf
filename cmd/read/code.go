package main

import (
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"html/template"
	"regexp"
	"strings"

	"chainrule/docs"
)

// A sourceFile is one file of the code, as HTML.
type sourceFile struct {
	Name string // "network/backward.go"
	HTML template.HTML
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;") // quotes need it only in attributes

var labelName = regexp.MustCompile(`[A-Z][0-9]`)

// showFile renders a file as the items of a list, one per line: highlighted, with the labels in
// its comments as links to their equations. Every line of a statement with labels
// lists them in data-labels.
func showFile(name, source string) (sourceFile, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return sourceFile{}, err
	}
	labels := make(map[int]string) // by line: "M2 E1 D3"
	for _, s := range docs.Statements(fset, f) {
		for line := s.Start; line <= s.End; line++ {
			labels[line] = strings.Join(s.Labels, " ")
		}
	}
	var b strings.Builder
	for n, line := range strings.Split(strings.TrimSuffix(highlight(source, ""), "\n"), "\n") {
		b.WriteString("<li")
		if labels[n+1] != "" { // the script counts to find the other lines
			fmt.Fprintf(&b, ` id="%s" data-labels="%s" tabindex="-1"`, lineID(name, n+1), labels[n+1])
		}
		b.WriteString(">" + line + "\n")
	}
	return sourceFile{name, template.HTML(b.String())}, nil
}

// lineID returns the id of a line.
func lineID(name string, line int) string { return fmt.Sprintf("%s-L%d", name, line) }

// highlight renders Go source: keywords are in b elements, comments and strings in i
// elements, which never cross a line. The labels at the start of a comment are links
// to their equations on the given page, "" for the same page.
func highlight(source, page string) string {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(source))
	s.Init(file, []byte(source), func(token.Position, string) {}, scanner.ScanComments)
	var b strings.Builder
	done := 0
	for {
		pos, tok, text := s.Scan()
		at := file.Offset(pos)
		if tok == token.EOF {
			break
		}
		if tok == token.SEMICOLON && text == "\n" {
			continue // inserted by the scanner
		}
		if text == "" {
			text = tok.String()
		}
		b.WriteString(escape.Replace(source[done:at]))
		done = at + len(text)
		escaped := escape.Replace(text)
		element := "i"
		switch {
		case tok.IsKeyword():
			element = "b"
		case tok == token.COMMENT:
			if docs.Labels(text) != nil {
				head, rest, _ := strings.Cut(escaped, ":")
				escaped = labelName.ReplaceAllString(head, `<a href="`+page+`#$0">$0</a>`) + ":" + rest
			}
		case tok != token.STRING && tok != token.CHAR:
			b.WriteString(escaped)
			continue
		}
		for n, line := range strings.Split(escaped, "\n") {
			if n > 0 {
				b.WriteString("\n")
			}
			if line != "" {
				fmt.Fprintf(&b, "<%s>%s</%[1]s>", element, line)
			}
		}
	}
	b.WriteString(escape.Replace(source[done:]))
	return b.String()
}
