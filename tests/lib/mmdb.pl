#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# Makes a GeoIP database of a few networks, for tests.
#
# usage: mmdb.pl OUT SCHEMA IP-VERSION BUILT [TYPE] <NETWORKS
#
#   SCHEMA      city, country, asn: MaxMind's and DB-IP's; flat-city, flat-country, flat-asn:
#               ip-location-db's; registered, enterprise: MaxMind's; lite, country_asn,
#               standard_asn, standard_location: IPinfo's; unknown: nobody's
#   IP-VERSION  4 or 6, of the tree; one of 6 holds IPv4 too
#   BUILT       Unix seconds
#   NETWORKS    a line each: NETWORK|COUNTRY|CITY|ASN|ORG, what is not known left empty
use strict;
use warnings;
use MaxMind::DB::Writer::Tree;

die "usage: mmdb.pl OUT SCHEMA IP-VERSION BUILT [TYPE] <NETWORKS\n" if @ARGV < 4;
my ($out, $schema, $version, $built, $type) = @ARGV;
my %types = (
	city           => 'GeoLite2-City',
	country        => 'GeoLite2-Country',
	asn            => 'GeoLite2-ASN',
	'flat-city'    => 'city',
	'flat-country' => 'country',
	'flat-asn'     => 'asn',
	registered     => 'GeoLite2-Country',
	enterprise     => 'GeoIP2-Enterprise',
	lite           => 'ipinfo lite.mmdb',
	country_asn    => 'ipinfo country_asn.mmdb',
	standard_asn   => 'ipinfo standard_asn.mmdb',
	standard_location => 'ipinfo standard_location.mmdb',
	unknown        => 'example speeds',
);
my %records = (
	city => sub {
		my ($cc, $city) = @_;
		return {
			continent => { code => 'SA', names => { en => 'South America' } },
			($cc   ? (country => { iso_code => $cc, names => { en => "Land $cc" } }) : ()),
			($city ? (city => { geoname_id => 1, names => { de => "Stadt $city", en => $city } }) : ()),
		};
	},
	country => sub {
		my ($cc) = @_;
		return { country => { iso_code => $cc, names => { en => "Land $cc" } } };
	},
	asn => sub {
		my (undef, undef, $asn, $org) = @_;
		return {
			autonomous_system_number       => $asn,
			autonomous_system_organization => $org,
		};
	},
	'flat-city' => sub {
		my ($cc, $city) = @_;
		return { country_code => $cc, city => $city, postcode => '', state1 => '' };
	},
	'flat-country' => sub { return { country_code => $_[0] } },
);
$records{'flat-asn'} = $records{asn};
$records{registered} = sub { return { registered_country => { iso_code => $_[0] } } };
$records{enterprise} = sub {
	my ($cc, $city, $asn, $org) = @_;
	return {
		country            => { iso_code => $cc },
		registered_country => { iso_code => 'ZZ' },
		city               => { names => { en => $city } },
		traits             => {
			autonomous_system_number       => $asn,
			autonomous_system_organization => $org,
			isp                            => "$org ISP",
			organization                   => "$org customer",
		},
	};
};
$records{lite} = sub {
	my ($cc, undef, $asn, $org) = @_;
	return { country => "Land $cc", country_code => $cc, asn => "AS$asn", as_name => $org, as_domain => 'x.example' };
};
$records{country_asn} = sub {
	my ($cc, undef, $asn, $org) = @_;
	return { country => $cc, country_name => "Land $cc", asn => "AS$asn", as_name => $org };
};
$records{standard_asn} = sub {
	my (undef, undef, $asn, $org) = @_;
	return { asn => "AS$asn", name => $org, domain => 'x.example' };
};
$records{standard_location} = sub {
	my ($cc, $city) = @_;
	return { city => $city, region => 'R', country => $cc, lat => '1', name => 'no AS here' };
};
$records{unknown} = sub { return { speed => '9', "up\e[31m" => '1', domain => $_[3] } };

my %of_key = (
	map({ $_ => 'map' } qw(country city continent names registered_country traits)),
	map({ $_ => 'uint32' } qw(geoname_id autonomous_system_number)),
);
my $tree = MaxMind::DB::Writer::Tree->new(
	ip_version               => $version,
	record_size              => 24,
	database_type            => $type || $types{$schema},
	languages                => ['en'],
	description              => { en => 'for a test' },
	alias_ipv6_to_ipv4       => $version == 6,
	remove_reserved_networks => 0,
	map_key_type_callback    => sub {
		my ($key) = @_;
		return 'utf8_string' if $key eq 'city' && $schema =~ /^flat|^standard/;
		return 'utf8_string' if $key eq 'country' && $schema =~ /^lite|_/;
		return $of_key{$key} || 'utf8_string';
	},
	_build_epoch => $built,
);
while (my $line = <STDIN>) {
	chomp $line;
	my ($network, @fields) = split /\|/, $line, -1;
	$tree->insert_network($network, $records{$schema}->(@fields));
}
open my $fh, '>:raw', $out or die "$out: $!\n";
$tree->write_tree($fh);
close $fh or die "$out: $!\n";
