#!/usr/bin/perl
# names.pl PROGRAM: everything the documents name must be there: commands, options, parameters,
# experiments, targets of make, files, links with their anchors, pictures. The program itself says
# what it has (its help, spinet params).
# SPDX-License-Identifier: GPL-3.0-or-later
use strict;
use warnings;

my ($program) = @ARGV;
my @documents = (glob('*.md'), glob('docs/*.md'), glob('datasets/*.md'));
my ($failed, %checked) = (0);
my ($document, $line);

sub complain {
    print "  FAILED: $document:$line: $_[0]\n";
    $failed++;
}

sub output {
    my $text = `$_[0]`;
    die "$_[0]: failed\n" if $?;
    return $text;
}

# ---- what there is ----

my (%options, %parameters, %groups, %any_option, %targets, %experiments);
for my $command (output("$program --help") =~ /^  ([a-z]+) /mg) {
    my @list = output("$program $command --help") =~ /^  (?:-[a-z], |    )(--[a-z0-9-]+)/mg;
    $options{$command} = {map { $_ => 1 } @list, '-h', '-o', '-q'};
}
my $help = output('./run_experiments.sh --help');
$options{'./run_experiments.sh'} = {map { $_ => 1 } $help =~ /(--?[a-z][a-z-]*)/g, '-h', '--help'};
$any_option{$_} = 1 for map { keys %$_ } values %options;
$any_option{'--version'} = 1;
for (split /\n/, output("$program params")) {
    $groups{$1} = 1 if /^([a-z]+): /;
    $parameters{$1} = 1 if /^  ([a-z_]+\.[a-z_0-9]+) = /;
}
for (split /\n/, output('cat Makefile')) {
    $targets{$_} = 1 for /^([a-z][a-z-]*(?: [a-z-]+)*):(?!=)/ ? split(' ', $1) : ();
}
$experiments{$_} = 1 for map { m{/([^/]+)\.sweep$} } glob('experiments/*.sweep');
$experiments{all} = 1;

# ---- links ----

my %anchors;

# The anchors of a document's headings, as web pages make them.
sub anchors_of {
    my ($file) = @_;
    return $anchors{$file} //= do {
        my (%found, $in_code);
        open my $in, '<:encoding(UTF-8)', $file or die "$file: $!\n";
        while (<$in>) {
            $in_code = !$in_code if /^```/;
            next if $in_code || !/^#+ (.*?)\s*$/;
            my $anchor = lc $1;
            $anchor =~ s/[^\w\- ]//g;
            $anchor =~ tr/ /-/;
            $found{$anchor} = 1;
        }
        \%found;
    };
}

sub check_link {
    my ($target) = @_;
    return if $target =~ m{^(https?|mailto):};
    $checked{links}++;
    my ($file, $anchor) = split /#/, $target, 2;
    my ($folder) = $document =~ m{^(.*/)};
    my $path = $file eq '' ? $document : ($folder // '') . $file;
    1 while $path =~ s{(^|/)(?!\.\.)[^/]+/\.\./}{$1};
    if (!-e $path) {
        complain("$target: no such file");
    } elsif (defined $anchor && !anchors_of($path)->{$anchor}) {
        complain("$target: no such heading");
    }
}

# ---- commands ----

# Words of a call of spinet: its command and options.
sub check_call {
    my (@words) = @_;
    my $command = shift @words;
    return if !defined $command || $command =~ /^(COMMAND|…)$|^[^a-z-]/; # prose, or a placeholder
    $checked{commands}++;
    return if $command =~ /^--(help|version)$/;
    return complain("spinet $command: no such command") if !$options{$command};
    check_options("spinet $command", $options{$command}, @words);
}

sub check_options {
    my ($command, $known, @words) = @_;
    for (@words) {
        last if /^[|>;]/ && $_ ne '|'; # another command
        next if !/^(-[a-z]|--[a-z][a-z-]*)(?:=|$)/;
        $checked{options}++;
        complain("$command: no option $1") if !$known->{$1};
    }
}

sub check_code {
    my ($code, $is_block) = @_;
    $code =~ s/(^| )# .*//; # a remark of the shell
    for my $call (split /\s(?:\|\s|&&|>)\s*|;/, $code) {
        my @words = split ' ', $call;
        shift @words while @words && $words[0] =~ /^(\$|[A-Z_]+=.*|time|nohup|nice|parallel|if|exec)$/;
        next if !@words;
        if ($words[0] =~ m{^(?:\S*/)?spinet$}) {
            check_call(@words[1 .. $#words]);
        } elsif ($words[0] =~ m{^(?:\./)?run_experiments\.sh$}) {
            $checked{commands}++;
            my $name = $words[1];
            complain("run_experiments.sh $name: no such experiment")
              if defined $name && $name =~ /^[a-z]/ && !$experiments{$name};
            check_options('run_experiments.sh', $options{'./run_experiments.sh'}, @words);
        } elsif ($words[0] eq 'make') {
            for (@words[1 .. $#words]) {
                next if /=|^-|^[A-Z]|^\W/;
                $checked{targets}++;
                complain("make $_: no such target") if !$targets{$_};
            }
        } elsif (!$is_block && $words[0] =~ /^--[a-z]/) {
            my ($option) = $words[0] =~ /^(--[a-z-]+)/;
            $checked{options}++;
            complain("$option: no such option") if !$any_option{$option};
        }
    }
    check_keys($code) if $code !~ /did you mean/;
}

# group.key that no file name is, and files of the sources.
sub check_keys {
    my ($code) = @_;
    while ($code =~ m{(?<![\w./-])([a-z]+)\.([a-z][a-z_0-9]*)(?![\w./*(…])}g) {
        next if !$groups{$1} || $2 =~ /^(md|c|h|csv|png|html|json|cfg|sweep|def|svg|sh|def|h5|gz)$/;
        $checked{parameters}++;
        complain("$1.$2: no such parameter") if !$parameters{"$1.$2"};
    }
    while ($code =~ m{(?<![\w./<-])((?:src|tests|experiments|docs|scripts|datasets)/[\w./-]*[\w])}g) {
        my $path = $1;
        next if $path =~ m{^datasets/(mnist|fashion-mnist)|/NAME|/NN|mine};
        $checked{files}++;
        complain("$path: no such file") if !-e $path && !glob("$path.*");
    }
}

for my $each (@documents) {
    $document = $each;
    open my $in, '<', $document or die "$document: $!\n";
    my ($fence, $paragraph) = (0, '');
    while (my $text = <$in>) {
        $line = $.;
        chomp $text;
        if ($text =~ /^```(.*)/) {
            $fence = $fence ? 0 : $1 || 'text'; # "sh exit=2" shows a mistake
            next;
        }
        if ($fence || $text =~ /^ {4}\S/ && $paragraph eq '') {
            check_code($text, 1) if !$fence || $fence eq 'sh';
            next;
        }
        $paragraph = $text =~ /^\s*$/ ? '' : $text;
        check_link($1) while $text =~ /\]\(([^()\s]+)\)/g;
        my $prose = $text;
        check_code($1, 0) while $prose =~ /`([^`]+)`/g;
    }
}
$document = 'docs/images';
for my $picture (glob('docs/images/*.png')) {
    my ($name) = $picture =~ m{([^/]+)$};
    $line = $picture;
    complain('is in no document') if system("grep -qF 'images/$name' @documents") != 0;
}
printf "%d documents: %s, %s\n", scalar @documents, join(', ', map { "$checked{$_} $_" } sort keys %checked),
  $failed ? "$failed FAILED" : 'all there';
exit($failed ? 1 : 0);
