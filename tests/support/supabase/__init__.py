"""A stand-in for Supabase: a real PostgreSQL behind the wire formats of PostgREST and Auth."""
